//! What a child's function returns becomes its exit code.

use forktalk::{ExitStatus, Outcome, Process, Signal};

pub fn main() -> forktalk::Result<()> {
    show("nothing", || ())?;
    show("the number 8", || 8)?;
    show("the number 255", || 255_u8)?;
    show("the number 256", || 256)?;
    show("Ok", || Ok::<(), String>(()))?;
    show("an error", || Err::<(), _>("no soup today"))?;
    show("never: it exits by itself", || -> i32 {
        std::process::exit(9)
    })?;

    let sleeper = Process::spawn(|| forktalk::sleep(std::time::Duration::from_secs(3600)))?;
    sleeper.kill()?;
    let status = sleeper.join()?;
    assert_eq!((status.code(), status.signal()), (None, Some(Signal::KILL)));
    println!("never: it is killed -> {status}");
    assert_ne!(status, ExitStatus::Exited(9));
    Ok(())
}

fn show<R: Outcome>(what: &str, f: impl FnOnce() -> R + 'static) -> forktalk::Result<()> {
    let status = Process::spawn(f)?.join()?;
    println!("{what} -> {status}");
    Ok(())
}
