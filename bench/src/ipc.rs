//! The crate `ipc-channel`.

use crate::case::{Case, Who};
use crate::number::number;
use fork::Fork;
use forktalk_abi::System as _;
use forktalk_native::Unix;
use ipc_channel::ipc;
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

type Answer<T> = Result<T, Box<dyn Error>>;

pub(crate) fn measure(case: Case) -> Answer<f64> {
    let count = case.count(Who::IpcChannel);
    match case {
        Case::Bytes(size) => {
            let (tx, rx) = ipc::bytes_channel()?;
            between(
                case,
                count,
                || {
                    let mut message = vec![7; size];
                    for n in 0..=count {
                        message[..8].copy_from_slice(&number(n).to_ne_bytes());
                        tx.send(&message)?;
                    }
                    Ok(())
                },
                || {
                    assert_eq!(black_box(rx.recv()?).len(), size);
                    Ok(())
                },
            )
        }
        Case::Recv => {
            let (tx, rx) = ipc::channel::<u64>()?;
            between(
                case,
                count,
                || {
                    for n in 0..=count {
                        tx.send(number(n))?;
                    }
                    Ok(())
                },
                || {
                    black_box(rx.recv()?);
                    Ok(())
                },
            )
        }
        _ => Err("ipc-channel has nothing of this kind".into()),
    }
}

/// The child sends; the clock runs from the first message to the last.
fn between(
    case: Case,
    count: u64,
    send: impl FnOnce() -> Answer<()>,
    receive: impl Fn() -> Answer<()>,
) -> Answer<f64> {
    match fork::fork()? {
        Fork::Child => {
            send()?;
            Unix::exit(0)
        }
        Fork::Parent(child) => {
            receive()?;
            let begun = Instant::now();
            for _ in 0..count {
                receive()?;
            }
            let value = case.value(count, begun.elapsed());
            waitpid(Pid::from_raw(child), None)?;
            Ok(value)
        }
    }
}
