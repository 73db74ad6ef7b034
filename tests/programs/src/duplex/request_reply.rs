//! A service that lives in a process of its own: it answers requests until its end is dropped.
//!
//! After CPython's `_TestSubclassingProcess.test_subclassing`: the object holds the process and the end to talk to it.

use forktalk::{Connection, Process, duplex};

struct Upper {
    process: Process,
    end: Connection<String, String>,
}

impl Upper {
    fn start() -> forktalk::Result<Upper> {
        let (end, service) = duplex::<String, String>()?;
        let process = Process::builder()
            .name("upper")
            .spawn(move || -> forktalk::Result<()> {
                while let Ok(text) = service.recv() {
                    service.send(&text.to_uppercase())?;
                }
                Ok(())
            })?;
        Ok(Upper { process, end })
    }

    fn ask(&self, text: &str) -> forktalk::Result<String> {
        self.end.send(&text.to_string())?;
        Ok(self.end.recv()?)
    }
}

pub fn main() -> forktalk::Result<()> {
    let upper = Upper::start()?;
    println!("{}", upper.ask("hello")?);
    println!("{}", upper.ask("world")?);
    drop(upper.end);
    let status = upper.process.join()?;
    println!("the service: {status}");
    Ok(())
}
