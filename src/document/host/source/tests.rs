use std::time::{Duration, Instant};

use super::*;
use crate::document::{Document, FilterText, HostOptions, Keys};

fn document(name: &str, text: &str) -> Document {
    let format = Format::of(format!("x.{name}")).unwrap();
    Document::new(text, format).unwrap()
}

/// The texts of the filters, with `@` in the place of holes.
fn texts(name: &str, text: &str) -> Vec<String> {
    let shown = |filter: &FilterText| {
        let mut text = filter.text().to_owned();
        for hole in filter.holes().iter().rev() {
            text.replace_range(hole.clone(), "@");
        }
        text
    };
    document(name, text).filters().iter().map(shown).collect()
}

#[test]
fn values_of_names_are_found() {
    for (name, text, right) in [
        ("py", "filter = 'type:FILE'", vec!["type:FILE"]),
        ("py", "filter: str = 'type:FILE'", vec!["type:FILE"]),
        (
            "py",
            "x = {'filter': \"type:FILE\", 'n': 1}",
            vec!["type:FILE"],
        ),
        ("py", "x['filter'] = 'type:FILE'", vec!["type:FILE"]),
        ("py", "x.set('filter', 'type:FILE')", vec!["type:FILE"]),
        (
            "py",
            "run(filter='type:FILE' if x else None)",
            vec!["type:FILE"],
        ),
        (
            "py",
            "filters = [ 'a:1',\n  # no\n 'b:2' ]",
            vec!["a:1", "b:2"],
        ),
        (
            "py",
            "QQL = ('a:1 '  # x\n  \"AND b:2\")",
            vec!["a:1 AND b:2"],
        ),
        ("py", "QQL = 'a:1'\n'no:2'", vec!["a:1"]),
        ("py", "qql = textwrap.dedent('''\n  a:1\n''')", vec!["a:1"]),
        ("py", "qql = 'a:1'.strip()", vec!["a:1"]),
        (
            "py",
            "x = {'search': {'query': 'type:FILE'}}",
            vec!["type:FILE"],
        ),
        (
            "ts",
            "const filter: string = `type:FILE`",
            vec!["type:FILE"],
        ),
        (
            "ts",
            "const filter = 'a:1'\n  + ' AND b:2'\nfoo()",
            vec!["a:1 AND b:2"],
        ),
        (
            "jsx",
            "const a = <p>don't</p>;\nconst qql = 'a:1';",
            vec!["a:1"],
        ),
        ("js", "const r = /['\"]/g, qql = \"a:1\";", vec!["a:1"]),
        (
            "js",
            "const n = a / b, qql = 'a:1', m = c / d;",
            vec!["a:1"],
        ),
        (
            "go",
            "filters := []string{\"a:1\", `b:2`}",
            vec!["a:1", "b:2"],
        ),
        ("go", "r := '\"'; const qql = \"a:1\"", vec!["a:1"]),
        (
            "rs",
            "fn f<'a>() { let qql = r#\"a:\"1\"\"#; }",
            vec!["a:\"1\""],
        ),
        ("rs", "let filters = vec![\"a:1\"];", vec!["a:1"]),
        (
            "cs",
            "string qql = \"\"\"\"a:\"\"\"1\"\"\"\";",
            vec!["a:\"\"\"1"],
        ),
        ("php", "$qql = 'a:1' . ' AND b:\\d';", vec!["a:1 AND b:\\d"]),
        (
            "php",
            "<p>don't: $qql = 'z:0'</p>\n<?php $qql = 'a:1'; ?>\n<p>it's $qql = 'z:0'</p>\n<?= $qql = 'b:2';",
            vec!["a:1", "b:2"],
        ),
        (
            "php",
            "$x = <<<EOT\n  don't $qql = 'z:0';\n EOTX\n  EOT;\n$qql = 'a:1';\n$qql = <<<'X'\nz:0\nX;\n$qql = 'b:2';",
            vec!["a:1", "b:2"],
        ),
        (
            "java",
            "String qql = \"\"\"\n  a:\"1\" \"\"\";",
            vec!["a:\"1\""],
        ),
    ] {
        assert_eq!(texts(name, text), right, "{text}");
    }
}

#[test]
fn what_a_program_puts_in_is_a_hole() {
    for (name, text, right) in [
        (
            "py",
            "filter = f'a:\"{x[\"y\"]}\" AND b:{{1}}'",
            vec!["a:\"@\" AND b:{1}"],
        ),
        ("py", "qql = 'a:%s and b:5%%' % x", vec!["a:@ and b:5%"]),
        ("py", "qql = 'a:%(x)s' % {'x': 'y'}", vec!["a:@"]),
        (
            "py",
            "qql = 'a:{} and b:{y}'.format(1, y=2)",
            vec!["a:@ and b:@"],
        ),
        (
            "py",
            "qql = 'a:1 and ' + x + ' or ' + f(y, '+')",
            vec!["a:1 and @ or @"],
        ),
        ("py", "qql = base + ' and a:1'", vec!["@ and a:1"]),
        (
            "py",
            "TEMPLATE_QQL = 'a:{name} and b:1'",
            vec!["a:@ and b:1"],
        ),
        ("py", "qql = 'a:<tag> and b:{{ c }}'", vec!["a:@ and b:@"]),
        ("py", "qql = f'{whole}'", vec![]),
        ("py", "qql = ' and '.join(parts)", vec![]),
        ("py", "qql = 'a:x'.replace('x', y)", vec![]),
        (
            "ts",
            "const qql = `a:${f(`${x}`)} and b:1`",
            vec!["a:@ and b:1"],
        ),
        ("kt", "val qql = \"a:$x and b:${y.z}\"", vec!["a:@ and b:@"]),
        (
            "cs",
            "var qql = $@\"a:\"\"{x}\"\" and b:1\";",
            vec!["a:\"@\" and b:1"],
        ),
        (
            "go",
            "qql := fmt.Sprintf(\"a:%s and b:%d\", x, y)",
            vec!["a:@ and b:@"],
        ),
        (
            "rs",
            "let qql = format!(\"a:{x} and b:1\");",
            vec!["a:@ and b:1"],
        ),
        (
            "php",
            "$qql = \"a:$x->y and b:{$z['k']}\";",
            vec!["a:@ and b:@"],
        ),
    ] {
        assert_eq!(texts(name, text), right, "{text}");
    }
}

#[test]
fn what_is_no_filter_is_left_alone() {
    for (name, text) in [
        ("py", "'''filter = \"type:FILE\"'''"),
        ("py", "def f():\n    \"\"\"filter: 'type:FILE'\"\"\""),
        ("py", "# filter = 'type:FILE'"),
        ("py", "if filter == 'type:FILE': pass"),
        ("py", "filter += 'type:FILE'"),
        ("py", "query = 'SELECT type FROM x'"),
        ("py", "qql = b'type:FILE'"),
        ("py", "qql = ''"),
        ("js", "// filter = 'type:FILE'\n/* qql: 'a:1' */"),
        ("js", "x = { filter: 'blur(5px)' }"),
        ("js", "type A = { qql: 'a:1' | 'b:2' }"),
        ("php", "$a->filter == 'type:FILE';"),
    ] {
        assert_eq!(texts(name, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn comments_mark_strings() {
    for (name, text, right) in [
        ("py", "# qql\nreturn f(\n  'no')", vec![]),
        ("py", "# qql\nx = 'a word'\ny = 'no'", vec!["a word"]),
        ("py", "f('no', 'a:1')  # QQL:\nf('no')", vec!["a:1"]),
        ("js", "f(/* qql */ 'a:1', 'no')", vec!["a:1"]),
        ("js", "// language=QQL\nf(`a:1`)", vec!["a:1"]),
        ("js", "// qql is fun\nf(`a:1`)", vec![]),
    ] {
        assert_eq!(texts(name, text), right, "{text}");
    }
}

#[test]
fn named_keys_are_the_only_ones() {
    let keys = Keys::new(vec!["search.text".parse().unwrap()]);
    let options = HostOptions::new().with_keys(keys);
    let text = "x = {'search': {'text': 'a'}, 'filter': 'type:FILE'}\n";
    let format = Format::named("python").unwrap();
    let document = Document::with_options(text, format, options).unwrap();
    let texts: Vec<&str> = document.filters().iter().map(FilterText::text).collect();
    assert_eq!(texts, ["a"]);
}

#[test]
fn programs_that_are_none_are_read_in_time() {
    let start = Instant::now();
    for piece in [
        "filter=(",
        "filter=[",
        "qql=f'{",
        "qql=`${",
        "\"\"\"",
        "/*",
        "'",
        "filter='a:1'+",
        "qql=a+",
        "{'filter':",
        "qql=f\"{f'{",
        "# qql\n",
        "r#\"",
        "<<<",
        "qql = '\\",
        "é'",
        "%(",
        "filter:",
        "qql='a:{{",
        "qql='a:<",
        "$\"\"\"\"",
        "(",
        "]",
        "'a' 'b'",
        "qql=('a'\n",
    ] {
        let text = piece.repeat(4_000);
        for format in [&PYTHON, &JAVASCRIPT, &KOTLIN, &CSHARP, &RUST, &PHP] {
            let found = Document::new(&*text, format).unwrap();
            for filter in found.filters().iter().take(100) {
                assert!(text.get(filter.range()).is_some(), "{piece}");
            }
        }
    }
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}
