use std::io::Write;

use super::*;

/// The blocks, read from a stream, as parts of a file, and mapped. If no event ends for long, the rest is
/// read from a stream.
fn blocks(bytes: &[u8]) -> [Vec<Vec<u8>>; 3] {
    let limits = Limits::default();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mapped = SeekableFile::Mapped(Arc::new(map(file.as_file()).unwrap()));
    let [apart, mapped] = [SeekableFile::open(file.path()).unwrap(), mapped].map(|whole| {
        let mut parts = Parts::new(whole, BLOCK);
        let (mut blocks, mut block) = (Vec::new(), Block::default());
        for number in 0.. {
            match parts.read(number, &mut block).unwrap() {
                BlockRead::Block => blocks.push(block.bytes().to_vec()),
                BlockRead::End => break,
                BlockRead::InOrder(offset) => {
                    assert_eq!(blocks.concat().len() as u64, offset);
                    let rest = Blocks::rest(&parts, offset, &limits).unwrap();
                    blocks.extend(in_order(rest));
                    break;
                }
            }
        }
        blocks
    });
    let reader = Box::new(io::Cursor::new(bytes.to_vec()));
    [in_order(Stream::new(reader, &limits, BLOCK)), apart, mapped]
}

fn in_order(mut stream: Stream) -> Vec<Vec<u8>> {
    let (mut blocks, mut block) = (Vec::new(), Block::default());
    while stream.read(&mut block).unwrap() {
        assert!(block.passed == 0 && block.bad.is_none());
        blocks.push(block.bytes().to_vec());
    }
    blocks
}

#[test]
fn blocks_end_with_events_and_lose_nothing() {
    for event in [
        "{\"a\":{\"b\":1}}\n",
        "{\n\"a\": {\n}\n}\r\n",
        "{\"a\":[\n{},\n{}]}\n\n",
        "\u{feff}{}\n \u{feff}{}\n",
    ] {
        // Every way in which an event can cross the end of a stretch.
        for before in 0..event.len() {
            let all = " ".repeat(before) + &event.repeat(3 * BLOCK / event.len());
            for blocks in blocks(all.as_bytes()) {
                assert!(blocks.len() >= 3 && blocks.concat() == all.as_bytes());
                for block in blocks.iter().filter(|block| !block.is_empty()) {
                    let text = str::from_utf8(block).unwrap();
                    let text = text.trim_matches(['\u{feff}', ' ', '\n', '\r']);
                    assert!(text.starts_with('{') && text.ends_with('}'), "{event:?}");
                }
            }
        }
    }
}

#[test]
fn arrays_and_long_events_are_read_in_order() {
    let long = format!("{{\"a\":\"{}\"}}\n", "x".repeat(3 * BLOCK));
    let blanks = format!("{{}}\n{}{{}}\n", " ".repeat(9 * BLOCK));
    for all in [
        format!("[{}{{}}]", "{},\n".repeat(BLOCK)),
        format!("{}{}", "{}\n".repeat(BLOCK), long.repeat(3)),
        blanks.repeat(2),
        "[{}]\n".repeat(BLOCK),
        "{} ".repeat(BLOCK),
        "nothing\n".repeat(BLOCK),
    ] {
        for blocks in blocks(all.as_bytes()) {
            assert!(blocks.concat() == all.as_bytes());
            assert!(blocks.len() > 1);
            assert!(blocks.iter().all(|block| block.len() <= 10 * BLOCK));
        }
    }
    assert!(blocks(b"").iter().all(|blocks| blocks.is_empty()));
}

#[test]
fn what_is_passed_over_at_the_end_is_counted() {
    let limits = Limits::default().with_event_bytes(10);
    let long = format!("{{\"a\":\"{}\n\"}}", "x".repeat(100));
    for end in [0, 50, 106, long.len()] {
        let text = format!("{{}}\n{}", long.get(..end).unwrap());
        let reader = Box::new(io::Cursor::new(text.clone().into_bytes()));
        let mut stream = Stream::new(reader, &limits, 16);
        let (mut block, mut len, mut lines) = (Block::default(), 0, 0);
        while stream.read(&mut block).unwrap() {
            let bytes = block.bytes();
            len += block.passed + bytes.len() as u64;
            lines += block.passed_lines + memchr::memchr_iter(b'\n', bytes).count() as u64;
        }
        assert_eq!(len, text.len() as u64);
        assert_eq!(lines, text.matches('\n').count() as u64);
    }
}

/// The text that is read of bytes, or why they are refused.
fn text(bytes: &[u8]) -> Result<String, String> {
    let told = |error: io::Error| error.to_string();
    let (mut reader, _) = unpacked(io::Cursor::new(bytes.to_vec())).map_err(told)?;
    let mut text = String::new();
    reader.read_to_string(&mut text).map_err(told)?;
    Ok(text)
}

#[test]
fn what_a_file_is_is_told_by_its_first_bytes() {
    let json = "{\"a\":1}\n";
    let utf16 = |unit: fn(u16) -> [u8; 2]| json.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    let marked = [&b"\xff\xfe"[..], &little].concat();
    let packed = |bytes: &[u8]| {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        ruzstd::encoding::compress_to_vec(bytes, level)
    };
    for bytes in [
        json.as_bytes(),
        &marked,
        &[&b"\xfe\xff"[..], &big].concat(),
        &packed(json.as_bytes()),
        &packed(&marked),
    ] {
        assert_eq!(text(bytes).as_deref(), Ok(json));
    }
    for bytes in [&b""[..], b"{", b"\xff", b"1\0\0\0", b"\0\0\0\0", b"{\0\0\0"] {
        assert!(
            unpacked(io::Cursor::new(bytes.to_vec())).is_ok(),
            "{bytes:?}"
        );
    }
    for (bytes, what) in [
        (&*little, "UTF-16 without"),
        (&*big, "UTF-16BE"),
        (&packed(&little), "UTF-16LE"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\0\0", "xz -dc"),
        (b"\xff\xfe\0\0{\0\0\0", "UTF-32"),
    ] {
        let error = text(bytes).unwrap_err();
        assert!(error.contains(what), "{error}");
    }
}
