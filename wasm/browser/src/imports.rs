//! What a guest asks, and the one checked door into its memory.
//!
//! The memory itself is JavaScript's: [`Guests`] names the small moves that web/src/worker/guests.ts makes with it.

use forktalk_abi::Errno;
use forktalk_abi::wire::{self, Call};
use forktalk_kernel::stdio::{WASI, WasiAnswer};
use forktalk_kernel::{Memory, Position, Request};
use wasm_bindgen::prelude::*;

use crate::Machine;

#[wasm_bindgen]
extern "C" {
    /// The instances of the guest module; a slot is an index into them.
    pub type Guests;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn make(this: &Guests) -> Result<u32, JsValue>;
    #[wasm_bindgen(method)]
    pub(crate) fn drop(this: &Guests, slot: u32);
    #[wasm_bindgen(method, js_name = stackFirst)]
    pub(crate) fn stack_first(this: &Guests) -> bool;
    #[wasm_bindgen(method)]
    pub(crate) fn bytes(this: &Guests, slot: u32) -> u32;
    #[wasm_bindgen(method, catch)]
    pub(crate) fn grow(this: &Guests, slot: u32, bytes: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    pub(crate) fn refresh(this: &Guests, slot: u32);
    #[wasm_bindgen(method)]
    pub(crate) fn copy(this: &Guests, from: u32, to: u32, address: u32);
    #[wasm_bindgen(method, js_name = stackPointer)]
    pub(crate) fn stack_pointer(this: &Guests, slot: u32) -> u32;
    #[wasm_bindgen(method, js_name = setStackPointer)]
    pub(crate) fn set_stack_pointer(this: &Guests, slot: u32, address: u32);
    #[wasm_bindgen(method)]
    fn read(this: &Guests, slot: u32, address: u32, buffer: &mut [u8]) -> bool;
    #[wasm_bindgen(method)]
    fn write(this: &Guests, slot: u32, address: u32, bytes: &[u8]) -> bool;
    #[wasm_bindgen(method)]
    pub(crate) fn start(this: &Guests, slot: u32);
    #[wasm_bindgen(method, js_name = startChild)]
    pub(crate) fn start_child(this: &Guests, slot: u32, closure: u32);
    #[wasm_bindgen(method)]
    pub(crate) fn resume(this: &Guests, slot: u32, answer: i32);
    #[wasm_bindgen(method)]
    pub(crate) fn over(this: &Guests);
    #[wasm_bindgen(method)]
    pub(crate) fn end(this: &Guests, slot: u32);
}

/// The memory of the guest in a slot.
pub(crate) struct GuestMemory<'a> {
    pub(crate) guests: &'a Guests,
    pub(crate) slot: u32,
}

impl Memory for GuestMemory<'_> {
    fn read(&self, address: u32, buffer: &mut [u8]) -> Result<(), Errno> {
        if self.guests.read(self.slot, address, buffer) {
            Ok(())
        } else {
            Err(Errno::FAULT)
        }
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Errno> {
        if self.guests.write(self.slot, address, bytes) {
            Ok(())
        } else {
            Err(Errno::FAULT)
        }
    }
}

/// The names of the WASI functions that guests may import; their places are the numbers that [`Machine::wasi`] takes.
#[wasm_bindgen(js_name = wasiFunctions)]
#[must_use]
pub fn wasi_functions() -> Vec<String> {
    WASI.iter()
        .map(|function| function.name.to_owned())
        .collect()
}

/// Those of them that may suspend their caller, and so go to [`Machine::wasi_step`].
#[wasm_bindgen(js_name = stepFunctions)]
#[must_use]
pub fn step_functions() -> Vec<String> {
    let steps = WASI.iter().filter(|function| function.may_step);
    steps.map(|function| function.name.to_owned()).collect()
}

#[wasm_bindgen]
impl Machine {
    /// `forktalk.call`: answered at once if it is no step or the guest in `slot` goes on, else with [`wire::SUSPEND`].
    ///
    /// # Errors
    ///
    /// If the browser has no memory for a process that begins next.
    #[allow(
        clippy::too_many_arguments,
        reason = "the wire's own, as the guest passes them"
    )]
    pub fn call(
        &mut self,
        slot: u32,
        number: u32,
        a: u32,
        b: u32,
        c: u32,
        d: u32,
        e: u32,
        file: u32,
        file_bytes: u32,
        line: u32,
    ) -> Result<i32, JsValue> {
        let call = Call::decode(number, [a, b, c, d, e]);
        let (Some(call), Some(pid)) = (call, self.instances.pid_in(slot)) else {
            return Ok(-Errno::NOSYS.raw());
        };
        let mut memory = GuestMemory {
            guests: &self.guests,
            slot,
        };
        if !self.run.is_step(call) {
            return Ok(self.run.ask(pid, call, &mut memory));
        }
        let file = self.run.file_at(&memory, file, file_bytes);
        let answer = self.announce(slot, Request::Call(call), Position { file, line })?;
        Ok(answer.unwrap_or(wire::SUSPEND))
    }

    /// `forktalk.wait`: the guest in `slot` stops here; it is told to go on by `Guests::resume`, some time later.
    pub fn wait(&self, slot: u32) {
        if self.is_running(slot) {
            self.guests.resume(slot, -Errno::INVAL.raw());
        }
    }

    /// A WASI function that is never a step: answered at once.
    pub fn wasi(&mut self, slot: u32, function: usize, arguments: &[u64]) -> i32 {
        match self.ask_wasi(slot, function, arguments) {
            WasiAnswer::Now(errno) => errno,
            WasiAnswer::Step(_) => unreachable!("the table says which functions may be steps"),
        }
    }

    /// A WASI function that may be a step: the guest stops here, as for [`Machine::wait`].
    ///
    /// # Errors
    ///
    /// If the browser has no memory for a process that begins next.
    #[wasm_bindgen(js_name = wasiStep)]
    pub fn wasi_step(
        &mut self,
        slot: u32,
        function: usize,
        arguments: &[u64],
    ) -> Result<(), JsValue> {
        let answer = match self.ask_wasi(slot, function, arguments) {
            WasiAnswer::Step(request) => self.announce(slot, request, Position::default())?,
            WasiAnswer::Now(errno) => Some(errno),
        };
        if let Some(answer) = answer {
            self.guests.resume(slot, answer);
        }
        Ok(())
    }
}

impl Machine {
    fn ask_wasi(&mut self, slot: u32, function: usize, arguments: &[u64]) -> WasiAnswer {
        let pid = self
            .instances
            .pid_in(slot)
            .expect("whoever asks lives somewhere");
        let mut memory = GuestMemory {
            guests: &self.guests,
            slot,
        };
        self.run.wasi(pid, function, arguments, &mut memory)
    }
}
