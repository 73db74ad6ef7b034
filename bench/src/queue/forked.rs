//! Workers by plain fork(2).

use super::rig::{Answer, Crew, Job};
use fork::Fork;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

pub(crate) struct Forked;

impl Crew for Forked {
    type Worker = Pid;

    fn start(job: Job) -> Answer<Pid> {
        match fork::fork()? {
            Fork::Child => {
                let done = job();
                if let Err(error) = &done {
                    eprintln!("{error}");
                }
                std::process::exit(i32::from(done.is_err()))
            }
            Fork::Parent(child) => Ok(Pid::from_raw(child)),
        }
    }

    fn wait(worker: Pid) -> Answer<()> {
        match waitpid(worker, None)? {
            WaitStatus::Exited(_, 0) => Ok(()),
            status => Err(format!("a worker ended so: {status:?}").into()),
        }
    }
}
