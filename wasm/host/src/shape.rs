//! What a module looks like from outside, as far as fork must know: where its state is.
//!
//! The state of an instance is its memory and its mutable globals. A global can be copied only through an export,
//! so a module that does not export one of them (rustc exports none by itself) gets the export here: users need no
//! linker flags.

use std::borrow::Cow;
use std::ops::Range;

use forktalk_abi::wire;
use wasmparser::{
    BinaryReaderError, DataKind, ElementKind, ExternalKind, KnownCustom, Name, Operator, Parser,
    Payload, TypeRef, ValType,
};

/// What fork and reuse need to know of a module.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The export of its memory, if it has one.
    pub(crate) memory: Option<String>,
    /// The exports of its mutable globals.
    pub(crate) globals: Vec<String>,
    /// The export of its stack pointer, and where that points at the start, if everything below is stack and nothing
    /// else: what lies below the pointer is dead then, and fork need not copy it.
    pub(crate) stack: Option<Stack>,
    /// Whether memory and mutable globals are all of an instance's state, so that an instance can be used again by
    /// setting these back. (Tables that change, and segments that can be dropped, cannot be set back from outside.)
    pub(crate) reusable: bool,
}

/// The stack of a module that has it at the bottom of memory, as `wasm-ld --stack-first` does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stack {
    /// The export of the stack pointer.
    pub(crate) pointer: String,
    /// Where the pointer stands at the start: the stack grows down from here.
    pub(crate) top: u32,
}

/// A section's place in the bytes of a module: where its header begins, its number, its contents.
struct Section {
    start: usize,
    number: u8,
    contents: Range<usize>,
}

const EXPORT_SECTION: u8 = 7;
const CUSTOM_SECTION: u8 = 0;
const KIND_MEMORY: u8 = 2;
const KIND_GLOBAL: u8 = 3;

/// Looks at a module and answers it with every export that fork needs.
pub(crate) fn examine(bytes: &[u8]) -> Result<(Shape, Cow<'_, [u8]>), BinaryReaderError> {
    let findings = Findings::read(bytes)?;
    let mut shape = Shape {
        reusable: !findings.hidden_state,
        ..Shape::default()
    };
    let mut missing = Vec::new();
    if findings.memories > 0 {
        shape.memory = Some(findings.export_of(KIND_MEMORY, 0, &mut missing));
    }
    for &(index, _) in &findings.mutable_globals {
        let name = findings.export_of(KIND_GLOBAL, index, &mut missing);
        shape.globals.push(name);
    }
    shape.stack = findings.stack(&shape.globals);
    let bytes = if missing.is_empty() {
        Cow::Borrowed(bytes)
    } else {
        Cow::Owned(with_exports(bytes, &missing))
    };
    Ok((shape, bytes))
}

/// What one pass over a module found.
#[derive(Default)]
struct Findings {
    memories: u32,
    globals: u32,
    /// Each with its value at the start, if it is a plain `i32.const`.
    mutable_globals: Vec<(u32, Option<u32>)>,
    exports: Vec<(u8, u32, String)>,
    /// The global that the name section calls the stack pointer.
    named_stack_pointer: Option<u32>,
    lowest_data: Option<u32>,
    /// A data segment whose place is not a constant.
    floating_data: bool,
    hidden_state: bool,
}

impl Findings {
    fn read(bytes: &[u8]) -> Result<Findings, BinaryReaderError> {
        let mut found = Findings::default();
        for payload in Parser::new(0).parse_all(bytes) {
            found.note(payload?)?;
        }
        Ok(found)
    }

    fn note(&mut self, payload: Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    match import?.ty {
                        TypeRef::Global(_) => self.globals += 1,
                        TypeRef::Memory(_) => self.memories += 1,
                        _ => {}
                    }
                }
            }
            Payload::MemorySection(memories) => self.memories += memories.count(),
            Payload::GlobalSection(globals) => {
                for global in globals {
                    let global = global?;
                    if global.ty.mutable {
                        self.note_global(global.ty.content_type, &global.init_expr)?;
                    }
                    self.globals += 1;
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    let kind = match export.kind {
                        ExternalKind::Memory => KIND_MEMORY,
                        ExternalKind::Global => KIND_GLOBAL,
                        _ => continue,
                    };
                    self.exports
                        .push((kind, export.index, export.name.to_owned()));
                }
            }
            Payload::ElementSection(segments) => {
                for segment in segments {
                    self.hidden_state |= matches!(segment?.kind, ElementKind::Passive);
                }
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    self.note_data(&segment?.kind)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    self.hidden_state |= changes_a_table(&operator?);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    self.named_stack_pointer = stack_pointer_by_name(names);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note_global(
        &mut self,
        content: ValType,
        init: &wasmparser::ConstExpr<'_>,
    ) -> Result<(), BinaryReaderError> {
        if matches!(content, ValType::Ref(_)) {
            // A reference belongs to its instance: it can be neither copied nor set back.
            self.hidden_state = true;
        } else {
            self.mutable_globals.push((self.globals, constant(init)?));
        }
        Ok(())
    }

    fn note_data(&mut self, kind: &DataKind<'_>) -> Result<(), BinaryReaderError> {
        match kind {
            DataKind::Passive => self.hidden_state = true,
            DataKind::Active { offset_expr, .. } => match constant(offset_expr)? {
                Some(offset) => {
                    let lowest = self.lowest_data.map_or(offset, |lowest| lowest.min(offset));
                    self.lowest_data = Some(lowest);
                }
                None => self.floating_data = true,
            },
        }
        Ok(())
    }

    /// The export of this memory or global; if there is none, one that is yet to be made.
    fn export_of(&self, kind: u8, index: u32, missing: &mut Vec<(u8, u32, String)>) -> String {
        let exported =
            |(is_kind, is_index, _): &&(u8, u32, String)| (*is_kind, *is_index) == (kind, index);
        if let Some((_, _, name)) = self.exports.iter().find(exported) {
            return name.clone();
        }
        let name = if kind == KIND_GLOBAL && self.named_stack_pointer == Some(index) {
            wire::STACK_POINTER.to_owned()
        } else {
            format!("forktalk:{kind}:{index}")
        };
        missing.push((kind, index, name.clone()));
        name
    }

    /// The stack, if the module says which global points to it and its data all lies above.
    fn stack(&self, names: &[String]) -> Option<Stack> {
        let place = names.iter().position(|name| name == wire::STACK_POINTER)?;
        let top = self.mutable_globals[place].1?;
        let all_above = !self.floating_data && self.lowest_data.is_some_and(|data| data >= top);
        all_above.then(|| Stack {
            pointer: names[place].clone(),
            top,
        })
    }
}

/// The value of an initializer that is one `i32.const`.
fn constant(expression: &wasmparser::ConstExpr<'_>) -> Result<Option<u32>, BinaryReaderError> {
    let mut operators = expression.get_operators_reader();
    let Operator::I32Const { value } = operators.read()? else {
        return Ok(None);
    };
    let ends = matches!(operators.read()?, Operator::End);
    Ok(ends.then_some(value.cast_unsigned()))
}

fn changes_a_table(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::TableSet { .. }
            | Operator::TableGrow { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. }
    )
}

/// Names are decoration: one that cannot be read is passed over.
fn stack_pointer_by_name(names: wasmparser::NameSectionReader<'_>) -> Option<u32> {
    for group in names {
        if let Ok(Name::Global(globals)) = group {
            let named = globals.into_iter().flatten();
            return named
                .filter(|naming| naming.name == wire::STACK_POINTER)
                .map(|naming| naming.index)
                .next();
        }
    }
    None
}

/// The module with these exports added. Its sections were read already, so their headers are known to be sound.
fn with_exports(bytes: &[u8], added: &[(u8, u32, String)]) -> Vec<u8> {
    let sections = sections(bytes);
    let old = sections
        .iter()
        .find(|section| section.number == EXPORT_SECTION);
    let (before, old_exports, after) = match old {
        Some(section) => (
            section.start,
            &bytes[section.contents.clone()],
            section.contents.end,
        ),
        None => {
            // Sections come in the order of their numbers; custom ones stand anywhere.
            let next = sections.iter().find(|section| {
                section.number > EXPORT_SECTION && section.number != CUSTOM_SECTION
            });
            let place = next.map_or(bytes.len(), |section| section.start);
            (place, &[0_u8][..], place)
        }
    };
    let (count, count_bytes) = read_leb(old_exports);
    let mut contents = Vec::new();
    write_leb(&mut contents, count + added.len());
    contents.extend_from_slice(&old_exports[count_bytes..]);
    for (kind, index, name) in added {
        write_leb(&mut contents, name.len());
        contents.extend_from_slice(name.as_bytes());
        contents.push(*kind);
        write_leb(&mut contents, *index as usize);
    }
    let mut module = bytes[..before].to_vec();
    module.push(EXPORT_SECTION);
    write_leb(&mut module, contents.len());
    module.extend_from_slice(&contents);
    module.extend_from_slice(&bytes[after..]);
    module
}

fn sections(bytes: &[u8]) -> Vec<Section> {
    const PREAMBLE_BYTES: usize = 8;
    let mut sections = Vec::new();
    let mut start = PREAMBLE_BYTES;
    while start < bytes.len() {
        let (size, size_bytes) = read_leb(&bytes[start + 1..]);
        let contents = start + 1 + size_bytes..start + 1 + size_bytes + size;
        let end = contents.end;
        sections.push(Section {
            start,
            number: bytes[start],
            contents,
        });
        start = end;
    }
    sections
}

/// A number in LEB128, and how many bytes it takes.
fn read_leb(bytes: &[u8]) -> (usize, usize) {
    let mut value = 0;
    let mut length = 0;
    for &byte in bytes {
        value |= usize::from(byte & 0x7f) << (7 * length);
        length += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    (value, length)
}

fn write_leb(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examine_text(text: &str) -> (Shape, Vec<u8>) {
        let bytes = wat::parse_str(text).expect("the text is a module");
        let (shape, bytes) = examine(&bytes).expect("the module can be read");
        (shape, bytes.into_owned())
    }

    #[test]
    fn a_global_that_is_not_exported_gets_an_export() {
        let (shape, bytes) = examine_text(
            r#"(module (memory (export "memory") 1) (global (mut i32) (i32.const 7)) (func (export "f")))"#,
        );
        assert_eq!(shape.globals, ["forktalk:3:0"]);
        let (again, _) = examine(&bytes).expect("the new module can be read");
        assert_eq!(again.globals, shape.globals);
        wasmparser::validate(&bytes).expect("the new module is valid");
    }

    #[test]
    fn a_module_without_any_export_gets_a_section_of_them() {
        let (shape, bytes) = examine_text("(module (memory 1) (func) (start 0))");
        assert_eq!(shape.memory.as_deref(), Some("forktalk:2:0"));
        wasmparser::validate(&bytes).expect("the new module is valid");
    }

    #[test]
    fn the_name_section_tells_the_stack_pointer() {
        let (shape, bytes) = examine_text(
            r#"(module (memory 2) (global $__stack_pointer (mut i32) (i32.const 4096)) (data (i32.const 4096) "x"))"#,
        );
        let stack = Stack {
            pointer: "__stack_pointer".to_owned(),
            top: 4096,
        };
        assert_eq!(shape.stack, Some(stack));
        wasmparser::validate(&bytes).expect("the new module is valid");
    }

    #[test]
    fn data_below_the_stack_pointer_makes_all_of_memory_worth_copying() {
        let (shape, _) = examine_text(
            r#"(module (memory 2) (global $__stack_pointer (mut i32) (i32.const 4096)) (data (i32.const 8) "x"))"#,
        );
        assert_eq!(shape.stack, None);
        assert!(shape.reusable);
    }

    #[test]
    fn a_module_that_changes_a_table_is_not_reusable() {
        let (shape, _) = examine_text(
            "(module (table 1 funcref) (func (table.set (i32.const 0) (ref.null func))))",
        );
        assert!(!shape.reusable);
    }

    #[test]
    fn a_module_that_can_drop_a_segment_is_not_reusable() {
        let (shape, _) = examine_text(r#"(module (memory 1) (data "x") (func (data.drop 0)))"#);
        assert!(!shape.reusable);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(examine(b"\0asm, but not really").is_err());
    }
}
