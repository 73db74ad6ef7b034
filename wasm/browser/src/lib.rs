//! The simulated Unix in a page: what JavaScript may call.
//!
//! A [`Machine`] runs a guest module, one run after the other. JavaScript holds the instances
//! (web/src/worker/guests.ts) and passes on what the guests ask; what is answered and who goes next is decided here. A
//! guest that waits is a promise over there (JSPI), so nothing here ever waits: each function returns once exactly one
//! process goes on, or the run is over.
//!
//! Beside runs that are written down it makes many that are not, for a search ([`Machine::search`]): how a program can
//! end, which step decided, how short a failure can be. Where each of its runs is to be looked at, it writes them too.
//!
//! The same module with the same seed or schedule gives the same trace as `forktalk run` does, byte for byte.

#![forbid(unsafe_code)]

mod explore;
mod fork;
mod imports;
mod instance;
mod request;
mod search;
mod steering;
mod written;

use forktalk_abi::{Errno, ExitStatus, Pid, Signal};
use forktalk_explore::{Next, Ran, Resumed, Run};
use forktalk_kernel::{Position, Request};
use wasm_bindgen::prelude::*;

use explore::Searching;
use imports::GuestMemory;
use instance::{Begin, Instances};
use request::RunRequest;
use steering::Steering;
use written::Written;

pub use imports::{Guests, step_functions, wasi_functions};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn complain(text: &str);
}

/// A guest module and the run that is under way in it.
#[wasm_bindgen]
pub struct Machine {
    guests: Guests,
    instances: Instances,
    /// The SHA-256 of the module, in hex: a trace names it.
    module: String,
    // Of the run that is under way:
    run: Run,
    written: Written,
    /// The search that it is a part of, if it is.
    search: Option<Searching>,
}

#[wasm_bindgen]
impl Machine {
    /// Gets ready to run the module of these bytes, of which `guests` holds one instance already.
    ///
    /// # Errors
    ///
    /// None that a module could cause.
    #[wasm_bindgen(constructor)]
    pub fn new(guests: Guests, module: &[u8]) -> Result<Machine, JsError> {
        // To JavaScript a panic is only "unreachable": what it says would be lost.
        std::panic::set_hook(Box::new(|panic| complain(&panic.to_string())));
        let module = request::digest(module);
        Ok(Machine {
            instances: Instances::new(&guests),
            run: RunRequest::default().run(&module)?,
            written: Written::default(),
            search: None,
            module,
            guests,
        })
    }

    /// Begins a run, and tells the root process to start.
    ///
    /// # Errors
    ///
    /// If the request is none, its schedule cannot be read, or the browser has no memory for the process.
    pub fn begin(&mut self, request: JsValue) -> Result<(), JsValue> {
        let request: RunRequest = serde_wasm_bindgen::from_value(request)?;
        self.instances.end_all(&self.guests);
        self.run = request.run(&self.module)?;
        if request.is_steered() {
            self.run.note_offers();
        }
        self.written = Written::default();
        self.start_root()
    }

    /// The guest's entry returned: the process has exited with code 0.
    ///
    /// # Errors
    ///
    /// If the browser has no memory for a process that begins next.
    pub fn returned(&mut self, slot: u32) -> Result<(), JsValue> {
        self.ended(slot, ExitStatus::Exited(0))
    }

    /// The guest trapped: by `unreachable`, as a panic does (signal 0), or by what a Unix would end with this signal.
    ///
    /// # Errors
    ///
    /// If the browser has no memory for a process that begins next.
    pub fn trapped(&mut self, slot: u32, signal: i32) -> Result<(), JsValue> {
        let status = match signal {
            0 => ExitStatus::Exited(101),
            signal => ExitStatus::Signaled(Signal(signal)),
        };
        self.ended(slot, status)
    }

    /// The lines of the trace that came since they were last asked for, the header first.
    pub fn lines(&mut self) -> Vec<String> {
        self.written.more(self.run.trace())
    }

    /// How many steps the run took, so far.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.run.steps()
    }

    /// What could be chosen at each step of the run, which is over: `Steering` of web/src/worker/messages.ts.
    ///
    /// # Errors
    ///
    /// None: it is plain data.
    pub fn steering(&self) -> Result<JsValue, JsValue> {
        Ok(serde_wasm_bindgen::to_value(&Steering::of(&self.run))?)
    }

    /// Whether nothing failed in the run, which is over.
    #[must_use]
    #[wasm_bindgen(js_name = isWell)]
    pub fn is_well(&self) -> bool {
        Ran::of(&self.run, String::new()).outcome.is_well()
    }

    /// What may be wrong with the run, which is over, by the names that the command has for it.
    #[must_use]
    pub fn troubles(&self) -> Vec<String> {
        let troubles = Ran::of(&self.run, String::new()).outcome.troubles;
        troubles.iter().map(|one| one.name().to_owned()).collect()
    }

    /// The header's line; once the run is over it names the schedule.
    #[must_use]
    pub fn header(&self) -> String {
        written::line(&self.run.trace().header)
    }
}

impl Machine {
    /// Gives the root process an instance, and tells it to start.
    fn start_root(&mut self) -> Result<(), JsValue> {
        let slot = self.instances.take_fresh(&self.guests)?;
        self.instances.settle(Pid(1), slot, Begin::Root);
        self.drive(None).map(drop)
    }

    /// Whether the guest in `slot` computes, and stands at no call.
    fn is_running(&self, slot: u32) -> bool {
        let pid = self.instances.pid_in(slot);
        pid.is_some_and(|pid| self.run.is_running(pid))
    }

    /// The process in `slot` stops at this call. The answer, if it goes on; else another was told to, and it waits.
    fn announce(
        &mut self,
        slot: u32,
        request: Request,
        at: Position,
    ) -> Result<Option<i32>, JsValue> {
        let running = self.instances.pid_in(slot);
        let Some(pid) = running.filter(|pid| self.run.is_running(*pid)) else {
            return Ok(Some(-Errno::BUSY.raw()));
        };
        let memory = GuestMemory {
            guests: &self.guests,
            slot,
        };
        self.run.announce(pid, request, at, &memory);
        self.drive(Some(pid))
    }

    /// The stack of the process in `slot` is empty; somebody else goes on, unless somebody does already.
    fn ended(&mut self, slot: u32, status: ExitStatus) -> Result<(), JsValue> {
        let ran = self.is_running(slot);
        if let Some(pid) = self.instances.pid_in(slot) {
            self.run.trapped(pid, status);
            self.instances.end(&self.guests, pid);
        }
        if ran {
            self.drive(None)?;
        }
        Ok(())
    }

    /// Lets processes perform their calls, until one of them runs on or the run is over. If that is the process which
    /// `asks`, this is the answer to its call; another is told to go on.
    fn drive(&mut self, asks: Option<Pid>) -> Result<Option<i32>, JsValue> {
        loop {
            let next = self.run.next();
            self.bury();
            let Next::Go(pid) = next else {
                self.instances.end_all(&self.guests);
                self.guests.over();
                return Ok(None);
            };
            let slot = self
                .instances
                .slot_of(pid)
                .expect("whoever goes lives somewhere");
            let mut memory = GuestMemory {
                guests: &self.guests,
                slot,
            };
            let resumed = self.run.perform(pid, &mut memory);
            self.bury();
            let answer = match resumed {
                Resumed::Answer(answer) => answer,
                Resumed::Forked {
                    child,
                    closure,
                    answer,
                } => {
                    let copy = fork::fork(&self.guests, &mut self.instances, slot)
                        // The run cannot go on without the child: nobody may.
                        .inspect_err(|_| self.instances.end_all(&self.guests))?;
                    self.instances.settle(child, copy, Begin::Child(closure));
                    answer
                }
                Resumed::Partly => continue,
                Resumed::Gone => {
                    self.instances.end(&self.guests, pid);
                    continue;
                }
            };
            if asks == Some(pid) {
                return Ok(Some(answer));
            }
            match self.instances.take_begin(pid) {
                Some(Begin::Root) => self.guests.start(slot),
                Some(Begin::Child(closure)) => self.guests.start_child(slot, closure),
                None => self.guests.resume(slot, answer),
            }
            return Ok(None);
        }
    }

    /// Frees the instances of the processes that another's step ended.
    fn bury(&mut self) {
        for pid in self.run.take_dead() {
            self.instances.end(&self.guests, pid);
        }
    }
}
