//! Several processes print at the same time: lines of different processes mix, but each line is whole.

use forktalk::Process;

pub fn main() -> forktalk::Result<()> {
    println!("begin");
    let children: Vec<Process> = ["red", "green", "blue"]
        .into_iter()
        .map(|color| {
            Process::spawn(move || {
                for number in 1..=3 {
                    println!("{color} {number}");
                }
            })
        })
        .collect::<Result<_, _>>()?;
    for child in children {
        assert!(child.join()?.success());
    }
    println!("end");
    Ok(())
}
