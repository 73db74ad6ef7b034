//! Nothing that a guest passes can panic the kernel, or leave it in a state that cannot be drawn.

use forktalk_abi::wire::Call;
use forktalk_abi::{ExitStatus, Pid, Signal};
use forktalk_kernel::sentence::Act;
use forktalk_kernel::stdio::WASI;
use forktalk_kernel::{Config, Kernel, Limits, Position, Profile, Request, Stepping, WasiAnswer};
use proptest::prelude::*;

const MEMORY_BYTES: usize = 4096;

#[derive(Clone, Debug)]
enum Move {
    /// A call, if there is one of this number.
    Call(u32, [u32; 5]),
    Wasi(usize, Vec<u64>),
    Kill,
    Stop,
}

/// Numbers near to what is valid, and far from it.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![
        6 => 0..12_u32,
        2 => (0..MEMORY_BYTES as u32).prop_map(|address| address & !3),
        1 => (0..8_u32).prop_map(|below| u32::MAX - below),
        1 => any::<u32>(),
    ]
}

fn one_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        20 => (0..36_u32, prop::array::uniform5(number())).prop_map(|(n, args)| Move::Call(n, args)),
        5 => (0..WASI.len() + 1, prop::collection::vec(number().prop_map(u64::from), 0..9))
            .prop_map(|(function, arguments)| Move::Wasi(function, arguments)),
        1 => Just(Move::Kill),
        1 => Just(Move::Stop),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => Just(Act::Go),
        1 => Just(Act::Fail),
        1 => Just(Act::Interrupt),
    ]
}

/// Lets process `pid` make a call; lets it fail if so asked and possible, else performs it if it is enabled.
fn play(kernel: &mut Kernel, memory: &mut [u8], pid: Pid, one: &Move, act: Act) {
    let request = match one {
        Move::Kill => return kernel.kill(pid, ExitStatus::Signaled(Signal::KILL)),
        Move::Stop => return kernel.stop(pid),
        Move::Call(number, arguments) => match Call::decode(*number, *arguments) {
            Some(call) if kernel.is_step(call) => Request::Call(call),
            Some(call) => {
                kernel.ask(pid, call, memory);
                return;
            }
            None => return,
        },
        Move::Wasi(function, arguments) => match kernel.wasi(pid, *function, arguments, memory) {
            WasiAnswer::Now(_) => return,
            WasiAnswer::Step(request) => request,
        },
    };
    kernel.announce(pid, request, Position::default(), memory);
    if act != Act::Go && kernel.can_happen(pid, act) {
        kernel.begin_step();
        kernel.refuse(pid, act);
    } else if kernel.is_enabled(pid) {
        let grant = kernel.divisible(pid).map(|(_, most)| most);
        kernel.begin_step();
        kernel.perform(pid, grant, memory);
    } else if kernel.deadline(pid).is_some() {
        kernel.begin_step();
        kernel.time_out(pid);
        kernel.perform(pid, None, memory);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_guests_pass_the_kernel_answers(
        moves in prop::collection::vec((0..5_usize, one_move(), act()), 1..60),
        posix: bool,
        fine: bool,
    ) {
        let config = Config {
            profile: if posix { Profile::Posix } else { Profile::Linux },
            stepping: if fine { Stepping::Fine } else { Stepping::Coarse },
            arguments: vec!["program".into()],
            stdin: b"some input".to_vec(),
            limits: Limits { processes: 6, region_bytes: 1 << 16, output_bytes: 1 << 12, ..Limits::default() },
            ..Config::default()
        };
        let mut kernel = Kernel::new(config, true);
        let mut memory = vec![0; MEMORY_BYTES];
        for (who, one, act) in &moves {
            let alive = kernel.pids().to_vec();
            let Some(pid) = alive.get(who % alive.len().max(1)) else { break };
            play(&mut kernel, &mut memory, *pid, one, *act);
            kernel.take_dead();
            kernel.take_output();
        }
        let _ = kernel.view(&[]);
        let _ = kernel.explain(&[]);
    }
}
