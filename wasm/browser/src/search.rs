//! The door to a search: one run after the other, as [`crate::explore`] plans them.

use forktalk_explore::{Order, Ran};
use wasm_bindgen::prelude::*;

use crate::Machine;
use crate::explore::{STEPS, SearchRequest};
use crate::written::Written;

#[wasm_bindgen]
impl Machine {
    /// Begins a search; its runs are made by [`Machine::next_run`].
    ///
    /// # Errors
    ///
    /// If the request is none, or its schedule or choices cannot be read.
    pub fn search(&mut self, request: JsValue) -> Result<(), JsValue> {
        let request: SearchRequest = serde_wasm_bindgen::from_value(request)?;
        self.instances.end_all(&self.guests);
        let kernel = request.run.kernel(request.run.schedule()?.as_ref());
        let searching = request.begin(kernel)?;
        self.run = request.run.run(&self.module)?;
        self.run.set_step_limit(STEPS);
        self.run.set_faults(searching.faults);
        self.search = Some(searching);
        Ok(())
    }

    /// Begins the next run of the search. False: there is none left.
    ///
    /// # Errors
    ///
    /// If the browser has no memory for the process.
    #[wasm_bindgen(js_name = nextRun)]
    pub fn next_run(&mut self) -> Result<bool, JsValue> {
        let Some(search) = &mut self.search else {
            return Ok(false);
        };
        let Some(plan) = search.plan() else {
            return Ok(false);
        };
        let spare = || search.spare.take().unwrap_or_default();
        let watch = plan.wish.watch(spare);
        self.run.set_watch(watch);
        self.run.set_strategy(plan.strategy);
        self.run.reset(plan.seed);
        self.written = Written::default();
        self.start_root()?;
        Ok(true)
    }

    /// Whether each of `those` steps of the run, which is over, comes after one of `others` however its steps are ordered
    /// otherwise, as long as that makes no difference to them.
    #[must_use]
    #[wasm_bindgen(js_name = alwaysAfter)]
    pub fn always_after(&self, those: &[u32], others: &[u32]) -> bool {
        let Some(watch) = self.run.watch() else {
            return false;
        };
        let order = Order::new(&watch.events);
        let after = |step: u32, other: u32| {
            step != other && order.precedes(other as usize - 1, step as usize - 1)
        };
        those
            .iter()
            .all(|step| others.iter().any(|other| after(*step, *other)))
    }

    /// The run is over: the search learns from it.
    pub fn learn(&mut self) {
        let printed = self.run.take_output();
        let printed: Vec<u8> = printed.into_iter().flat_map(|one| one.bytes).collect();
        let output = String::from_utf8_lossy(&printed).into_owned();
        let ran = Ran::of(&self.run, output);
        let watch = self.run.take_watch();
        if let Some(search) = &mut self.search {
            search.learn(ran, watch);
        }
    }

    /// What the search knows so far: `SearchReport` of web/src/worker/messages.ts.
    ///
    /// # Errors
    ///
    /// None: it is plain data.
    pub fn found(&self) -> Result<JsValue, JsValue> {
        let report = self.search.as_ref().map(|search| search.report());
        let plain = serde_wasm_bindgen::Serializer::json_compatible();
        Ok(serde::Serialize::serialize(
            &report.unwrap_or_default(),
            &plain,
        )?)
    }
}
