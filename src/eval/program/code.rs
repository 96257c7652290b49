//! A query as instructions over one truth value, with jumps forward where `AND` and `OR` need not
//! read on. Running them takes no call stack, whatever the query's nesting.

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::eval) enum Op {
    /// Sets the truth value.
    Set(bool),
    /// Turns it round.
    Not,
    /// Goes on at the instruction `to` if the truth value is `on`.
    Jump { on: bool, to: u32 },
    /// Sets it to what this leaf says.
    Leaf(u32),
}

/// Runs instructions that ask leaves which may fail.
pub(in crate::eval) fn run<E>(
    code: &[Op],
    mut leaf: impl FnMut(u32) -> Result<bool, E>,
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
