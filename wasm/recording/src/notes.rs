//! What a trace says of the recording that it was made from.

use forktalk_kernel::sentence::Sentence;

/// How often something could not be shown as it was recorded.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Calls about descriptors, processes or memory that did not come from the library, and calls that failed.
    pub(crate) foreign: usize,
    /// Calls that could not have been answered so in the order that was found.
    pub(crate) left_out: usize,
    /// Steps that the simulated Unix answers otherwise.
    pub(crate) otherwise: usize,
}

impl Notes {
    pub(crate) fn sentences(&self) -> Vec<Sentence> {
        let counted = [
            (
                self.foreign,
                "calls are not shown: they failed for want of something, or were about what did not come from forktalk.",
                "个调用没有显示：它们因资源不足而失败，或涉及并非来自 forktalk 的东西。",
            ),
            (
                self.left_out,
                "calls are not shown: among the others, as their times and answers order them, they could not have been \
                 answered as they were.",
                "个调用没有显示：按时间与结果排出的次序，它们不可能得到当时的结果。",
            ),
            (
                self.otherwise,
                "steps are shown with another answer than the system gave: no order was found in which all answers agree.",
                "个步骤显示的结果与系统当时给出的不同：找不到使所有结果一致的次序。",
            ),
        ];
        let some = counted.into_iter().filter(|(count, ..)| *count > 0);
        some.map(|(count, en, zh)| Sentence {
            en: format!("{count} {en}"),
            zh: format!("有 {count} {zh}"),
        })
        .collect()
    }
}
