//! Times as the service shows them, `YYYY-MM-DD hh:mm:ss` without a zone, by convention Beijing's (VPC API 2017-03-12).

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// What stands for no time: that of an object being created, the expiry of one paid by the hour.
pub(super) const NEVER: &str = "0000-00-00 00:00:00";

pub(super) fn now() -> String {
    show(local(Timestamp::now()))
}

/// That many months after `start`, or after now when that is later or `start` is no time.
pub(super) fn months_after(start: &str, months: i64) -> String {
    let now = local(Timestamp::now());
    let start = parse(start).map_or(now, |start| start.max(now));
    show(start.saturating_add(months.months()))
}

pub(super) fn days_from_now(days: i64) -> String {
    show(local(Timestamp::now()).saturating_add(days.days()))
}

/// Whether the time has come. What is no time never comes.
pub(super) fn is_past(time: &str) -> bool {
    parse(time).is_some_and(|time| time <= local(Timestamp::now()))
}

/// The Unix time in milliseconds.
pub(super) fn unix_ms(time: &str) -> Option<i64> {
    Some(BEIJING.to_timestamp(parse(time)?).ok()?.as_millisecond())
}

fn parse(time: &str) -> Option<DateTime> {
    DateTime::strptime(FORMAT, time).ok()
}

fn local(time: Timestamp) -> DateTime {
    TimeZone::fixed(BEIJING).to_datetime(time)
}

fn show(time: DateTime) -> String {
    time.strftime(FORMAT).to_string()
}

const FORMAT: &str = "%Y-%m-%d %H:%M:%S";
const BEIJING: Offset = Offset::constant(8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_beijings() {
        assert_eq!(unix_ms("2024-01-01 08:00:00"), Some(1_704_067_200_000));
        assert!(is_past("2024-01-01 08:00:00"));
        assert!(!is_past(&days_from_now(1)));
        assert!(!is_past(NEVER));
    }

    #[test]
    fn months_are_added_to_the_later_of_the_start_and_now() {
        assert_eq!(months_after("2100-01-31 10:00:00", 1), "2100-02-28 10:00:00");
        assert!(!is_past(&months_after("2020-01-01 00:00:00", 1)));
    }
}
