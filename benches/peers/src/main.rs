use std::hint::black_box;
use std::time::Instant;
#[path = "../../events/mod.rs"]
#[allow(dead_code, reason = "the generator of the benchmarks")]
mod events;
#[path = "../../filters/mod.rs"]
mod filters;

fn main() {
    let mb: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(64);
    let only = std::env::args().nth(2);
    let buffer = match std::fs::read(format!("/tmp/peers-{mb}.ndjson")) { Ok(b) => b, Err(_) => { let b = events::buffer(1, mb << 20); std::fs::write(format!("/tmp/peers-{mb}.ndjson"), &b).unwrap(); b } };
    println!("{} MB", buffer.len() >> 20);
    for (name, text) in filters::filters() {
        if only.as_ref().is_some_and(|o| !name.starts_with(o.as_str())) { continue; }
        let filter = filters::filter(&text);
        let (mut ours, mut limits) = (vec![], vec![]);
        let mut hits = 0;
        for _ in 0..9 {
            let t = Instant::now();
            black_box(memchr::memchr_iter(b'\n', black_box(&buffer)).count());
            limits.push(t.elapsed().as_secs_f64());
            let t = Instant::now();
            hits = black_box(filter.scan(black_box(&buffer)).count());
            ours.push(t.elapsed().as_secs_f64());
        }
        ours.sort_by(f64::total_cmp);
        limits.sort_by(f64::total_cmp);
        println!("{name:22} hits {hits:7} limit {:6.2} ms {:5.1} GB/s ours {:6.2} ms  ratio med {:.2} min {:.2}", limits[4]*1e3, buffer.len() as f64/limits[4]/1e9, ours[4]*1e3, limits[4]/ours[4], limits[0]/ours[0]);
    }
}
