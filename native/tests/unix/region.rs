use crate::{Check, in_child, join};
use forktalk_abi::{Errno, Region, Result, System};
use forktalk_native::{SharedRegion, Unix};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

pub(crate) const CHECKS: &[Check] = &[
    ("region/is_shared_after_fork", shared),
    (
        "region/outlives_the_process_that_made_it_there",
        dropped_in_child,
    ),
    ("region/words_add_without_loss", no_loss),
    ("region/outside_of_it_panics", outside),
    ("region/of_nothing_is_einval", sizes),
];

fn shared() -> Result<()> {
    let region = Unix::map(10_000)?;
    assert_eq!(region.bytes(), 10_000);
    assert_eq!(region.load(9996), 0);
    region.store(0, 7);
    let child = Unix::fork("child", || {
        in_child(|| {
            assert_eq!(region.add(0, u32::MAX), 7);
            region.copy_in(4001, b"from the child");
            Ok(())
        })
    })?;
    join(child)?;
    assert_eq!(region.load(0), 6);
    let mut buffer = [0; 14];
    region.copy_out(4001, &mut buffer);
    assert_eq!(&buffer, b"from the child");
    Ok(())
}

fn dropped_in_child() -> Result<()> {
    let region = Unix::map(64)?;
    let copy: &SharedRegion = &region;
    let child = Unix::fork("child", || {
        // SAFETY: the copy is this process's own, and it exits without using it again.
        drop(unsafe { core::ptr::read(copy) });
        0
    })?;
    join(child)?;
    region.store(0, 1);
    assert_eq!(region.load(0), 1);
    Ok(())
}

fn no_loss() -> Result<()> {
    const ROUNDS: u32 = 20_000;
    let region = Unix::map(64)?;
    let count = || {
        for _ in 0..ROUNDS {
            region.add(60, 1);
        }
    };
    let child = Unix::fork("child", || {
        count();
        0
    })?;
    count();
    join(child)?;
    assert_eq!(region.load(60), 2 * ROUNDS);
    Ok(())
}

fn outside() -> Result<()> {
    let region = Unix::map(128)?;
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let panics = |story: &dyn Fn()| catch_unwind(AssertUnwindSafe(story)).is_err();
    assert!(panics(&|| _ = region.load(128)));
    assert!(panics(&|| _ = region.load(2)));
    assert!(panics(&|| region.store(usize::MAX - 3, 1)));
    assert!(panics(&|| region.copy_in(120, &[0; 9])));
    assert!(panics(&|| region.copy_out(usize::MAX, &mut [0; 2])));
    assert!(panics(&|| _ = region.make_lock(68)));
    assert!(panics(&|| _ = region.lock(72, None)));
    assert!(!panics(&|| region.copy_in(128, &[])));
    set_hook(hook);
    Ok(())
}

fn sizes() -> Result<()> {
    assert_eq!(Unix::map(0).err(), Some(Errno::INVAL));
    assert_eq!(Unix::map(usize::MAX).err(), Some(Errno::NOMEM));
    Ok(())
}
