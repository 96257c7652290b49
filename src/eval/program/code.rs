//! The instructions of a query, over one truth value. Jumps go forward, past the rest of an `AND`
//! or `OR` that is decided. Running them takes no call stack, whatever the query's nesting.

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::eval) enum Op<L> {
    /// Sets the truth value.
    Set(bool),
    /// Negates the truth value.
    Not,
    /// Continues at the instruction `to` if the truth value is `on`.
    Jump { on: bool, to: u32 },
    /// Sets the truth value to the result of this leaf.
    Leaf(L),
}

/// Runs instructions. `leaf` evaluates a leaf, and may fail.
pub(in crate::eval) fn run<L: Copy, E>(
    code: &[Op<L>],
    mut leaf: impl FnMut(L) -> Result<bool, E>,
) -> Result<bool, E> {
    let (mut at, mut truth) = (0, false);
    while let Some(op) = code.get(at) {
        at += 1;
        match *op {
            Op::Set(to) => truth = to,
            Op::Not => truth = !truth,
            Op::Jump { on, to } if truth == on => at = to as usize,
            Op::Jump { .. } => {}
            Op::Leaf(id) => truth = leaf(id)?,
        }
    }
    Ok(truth)
}
