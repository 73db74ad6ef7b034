//! The peer: what wasmtime itself takes for a call into the host, and to suspend a guest and resume it.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, Linker, Module, PoolingAllocationConfig, Store,
};

use crate::CALLS;

type Life = Pin<Box<dyn Future<Output = wasmtime::Result<()>> + Send>>;

/// Seconds a call of a host function that does nothing.
pub(crate) fn call() -> Result<f64, Box<dyn Error>> {
    let engine = engine()?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "call", || 0_i32)?;
    let mut life = guest(&engine, &linker)?;
    let start = Instant::now();
    match poll(&mut life) {
        Poll::Ready(result) => result?,
        Poll::Pending => return Err("nothing suspends this guest".into()),
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(CALLS))
}

/// Seconds a call that suspends one guest and resumes another.
pub(crate) fn switch() -> Result<f64, Box<dyn Error>> {
    let engine = engine()?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap_async("host", "call", |_, (): ()| {
        Box::new(async {
            Once::default().await;
            0_i32
        })
    })?;
    let mut lives = [guest(&engine, &linker)?, guest(&engine, &linker)?];
    let start = Instant::now();
    let mut running = lives.len();
    while running > 0 {
        for life in &mut lives {
            if let Poll::Ready(result) = poll(life) {
                result?;
                running -= 1;
            }
        }
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(2 * CALLS))
}

/// As the simulator has it.
fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config.consume_fuel(true);
    let pool = PoolingAllocationConfig::default();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}

/// A guest that calls the host again and again, and has not begun.
fn guest(engine: &Engine, linker: &Linker<()>) -> Result<Life, Box<dyn Error>> {
    let text = format!(
        r#"(module
            (import "host" "call" (func $call (result i32)))
            (func (export "run") (local $left i32)
                (local.set $left (i32.const {CALLS}))
                (loop $again
                    (drop (call $call))
                    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))"#
    );
    let guest = linker.instantiate_pre(&Module::new(engine, wat::parse_str(text)?)?)?;
    let mut store = Store::new(engine, ());
    store.set_fuel(u64::MAX)?;
    Ok(Box::pin(async move {
        let instance = guest.instantiate_async(&mut store).await?;
        let run = instance.get_typed_func::<(), ()>(&mut store, "run")?;
        run.call_async(&mut store, ()).await
    }))
}

fn poll(life: &mut Life) -> Poll<wasmtime::Result<()>> {
    life.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Suspends once.
#[derive(Default)]
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match std::mem::replace(&mut self.0, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}
