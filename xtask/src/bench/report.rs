//! The figures as a table (Markdown) and a plot (SVG).

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::load::{LATENCY, SETTLE, Step, Steps};
use super::start::Start;

/// Everything that was measured in one run.
pub(crate) struct Report {
    pub(crate) terraform: String,
    /// By name and binary: how the processes start.
    pub(crate) starts: Vec<(String, PathBuf, Start)>,
    pub(crate) sizes: Vec<usize>,
    /// By name: the floor first, then providers, each with the steps for all sizes.
    pub(crate) series: Vec<(String, Vec<Steps>)>,
    /// Bytes of our binary, and of the same compressed.
    pub(crate) binary: (u64, u64),
}

type Pick = fn(&Steps) -> &Step;

const STEPS: [(&str, Pick); 4] = [
    ("create", |s| &s.create),
    ("plan", |s| &s.plan),
    ("plan, no refresh", |s| &s.unrefreshed),
    ("update", |s| &s.update),
];

impl Report {
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        self.write(&mut text).expect("a string takes any text");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "{}; {LATENCY} an API call, {SETTLE} for a change to settle.\n", self.terraform)?;
        writeln!(
            text,
            "| start, median | handshake line | schema over mTLS | `true`, as a measure |\n| --- | --: | --: | --: |"
        )?;
        for (name, _, start) in &self.starts {
            let [line, schema, bare] = [start.handshake, start.schema, start.process].map(ms);
            writeln!(text, "| {name} ({} starts) | {line} | {schema} | {bare} |", start.runs)?;
        }
        let (plain, packed) = self.binary;
        writeln!(text, "\nBinary: {:.2} MiB; compressed: {:.2} MiB.\n", mib(plain), mib(packed))?;
        writeln!(
            text,
            "| N | step | provider | time | × `terraform_data` | API calls | provider CPU | peak memory |\n\
             | --: | --- | --- | --: | --: | --: | --: | --: |"
        )?;
        let Some(((_, floor), providers)) = self.series.split_first() else { return Ok(()) };
        for (i, count) in self.sizes.iter().enumerate() {
            for (step, pick) in STEPS {
                let least = pick(&floor[i]).time;
                writeln!(text, "| {count} | {step} | `terraform_data` | {} | 1 | | | |", seconds(least))?;
                for (name, steps) in providers {
                    let Step { time, calls, usage } = pick(&steps[i]);
                    let ratio = time.as_secs_f64() / least.as_secs_f64();
                    let (cpu, peak) = (seconds(usage.cpu), mib(usage.peak * 1024));
                    let time = seconds(*time);
                    writeln!(
                        text,
                        "| {count} | {step} | {name} | {time} | {ratio:.2} | {calls} | {cpu} | {peak:.1} MiB |"
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Time against N, both logarithmic.
    pub(crate) fn svg(&self) -> String {
        let lines: Vec<_> = self
            .series
            .iter()
            .flat_map(|(name, all)| {
                STEPS.map(|(step, pick)| (format!("{name}: {step}"), all.iter().map(pick).collect::<Vec<_>>()))
            })
            .collect();
        let x = |count: usize| {
            60.0 + 520.0 * log(count as f64) / log(self.sizes.last().copied().unwrap_or(1).max(2) as f64)
        };
        let longest = lines.iter().flat_map(|(_, steps)| steps).map(|step| step.time).max().unwrap_or_default();
        let decades = log(longest.as_secs_f64() / SHORTEST).ceil().max(1.0);
        let y = |seconds: f64| 360.0 - 330.0 * log(seconds.max(SHORTEST) / SHORTEST) / decades;

        let mut svg = String::from(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 410\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"800\" height=\"410\" fill=\"white\"/>\n",
        );
        let mut put = |text: String| {
            svg.push_str(&text);
            svg.push('\n');
        };
        for decade in 0..=decades as i32 {
            let seconds = SHORTEST * 10_f64.powi(decade);
            let at = y(seconds);
            put(format!("<line x1=\"60\" x2=\"580\" y1=\"{at:.0}\" y2=\"{at:.0}\" stroke=\"#ddd\"/>"));
            put(format!("<text x=\"52\" y=\"{:.0}\" text-anchor=\"end\">{seconds} s</text>", at + 4.0));
        }
        for count in &self.sizes {
            put(format!("<text x=\"{:.0}\" y=\"380\" text-anchor=\"middle\">{count}</text>", x(*count)));
        }
        put("<text x=\"320\" y=\"402\" text-anchor=\"middle\">resources</text>".to_owned());
        for (i, (name, steps)) in lines.iter().enumerate() {
            let colour = COLOURS[i / STEPS.len() % COLOURS.len()];
            let dashes = ["2 4", "none", "1 2", "8 4"][i % STEPS.len()];
            let points = self
                .sizes
                .iter()
                .zip(steps)
                .map(|(count, step)| format!("{:.0},{:.0}", x(*count), y(step.time.as_secs_f64())));
            let points = points.collect::<Vec<_>>().join(" ");
            let style = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"");
            put(format!("<polyline points=\"{points}\" {style}/>"));
            let at = 40 + 20 * i;
            put(format!("<line x1=\"600\" x2=\"630\" y1=\"{at}\" y2=\"{at}\" {style}/>"));
            put(format!("<text x=\"636\" y=\"{}\">{name}</text>", at + 4));
        }
        put("</svg>".to_owned());
        svg
    }
}

fn log(value: f64) -> f64 {
    value.log10()
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The bottom of the plot, in seconds.
const SHORTEST: f64 = 0.1;

const COLOURS: [&str; 3] = ["#888888", "#0b6e4f", "#b5482a"];

#[cfg(test)]
mod tests {
    use super::super::memory::Usage;
    use super::*;

    fn steps(ms: u64) -> Steps {
        let step = Step { time: Duration::from_millis(ms), calls: 7, usage: Usage::default() };
        Steps { create: step, plan: step, unrefreshed: step, update: step }
    }

    fn report() -> Report {
        let start = Start { runs: 3, process: ms(1), handshake: ms(2), schema: ms(6) };
        fn ms(ms: u64) -> Duration {
            Duration::from_millis(ms)
        }
        Report {
            terraform: "Terraform v1".to_owned(),
            starts: vec![("cloudvpn".to_owned(), PathBuf::new(), start)],
            sizes: vec![1, 100],
            series: vec![
                ("terraform_data".to_owned(), vec![steps(200), steps(400)]),
                ("cloudvpn".to_owned(), vec![steps(300), steps(800)]),
            ],
            binary: (8 << 20, 3 << 20),
        }
    }

    #[test]
    fn times_stand_beside_the_floor_of_the_same_step() {
        let text = report().markdown();
        assert!(text.contains("| 100 | plan | `terraform_data` | 0.40 s | 1 |"), "{text}");
        assert!(text.contains("| 100 | plan | cloudvpn | 0.80 s | 2.00 | 7 |"), "{text}");
        assert!(text.contains("| cloudvpn (3 starts) | 2.00 ms | 6.00 ms | 1.00 ms |"), "{text}");
    }

    #[test]
    fn the_plot_has_a_line_for_every_step_of_everybody() {
        let svg = report().svg();
        assert_eq!(svg.matches("<polyline").count(), 8);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
