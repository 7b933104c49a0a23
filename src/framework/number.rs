//! Numbers of any precision: Terraform's numbers are decimal texts of up to 512 bits, never to be squeezed through a float.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, ToPrimitive};

/// The largest decimal exponent accepted, either way. Terraform's own numbers have 512 bits of mantissa; an exponent far beyond
/// that is an attack on memory, not a quantity.
const MAX_EXPONENT: u64 = 10_000;

/// A decimal number. Equal numbers are equal whatever their spelling: `1.0`, `1` and `1e0`.
#[derive(Clone)]
pub struct Number(Repr);

/// Nearly every number is a small integer: no allocation for those. Invariant: `Big` never holds an integer that fits `i64`.
#[derive(Clone)]
enum Repr {
    Small(i64),
    Big(Box<BigDecimal>),
}

impl Number {
    /// The value as `i64`, if it is an integer in range.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(n) => Some(*n),
            Repr::Big(_) => None,
        }
    }

    /// A float by its shortest decimal text, as Terraform compares them; `None` for NaN and infinities.
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        format!("{value:e}").parse().ok()
    }

    fn new(value: BigDecimal) -> Self {
        let value = value.normalized();
        if value.is_integer()
            && let Some(small) = value.to_i64()
        {
            return Self(Repr::Small(small));
        }
        Self(Repr::Big(Box::new(value)))
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if let Ok(small) = text.parse::<i64>() {
            return Ok(Self(Repr::Small(small)));
        }
        let digits = text.split(['e', 'E']).next().unwrap_or_default();
        if digits.len() > 2_000 || !digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+')) {
            return Err(NumberError);
        }
        let value = BigDecimal::from_str(text).map_err(|_| NumberError)?;
        if value.as_bigint_and_exponent().1.unsigned_abs() > MAX_EXPONENT {
            return Err(NumberError);
        }
        Ok(Self::new(value))
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Small(value))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or_else(|_| Self::new(BigDecimal::from(BigInt::from(value))), Self::from)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a), Repr::Small(b)) => a.cmp(b),
            (Repr::Small(a), Repr::Big(b)) => BigDecimal::from(*a).cmp(b),
            (Repr::Big(a), Repr::Small(b)) => (**a).cmp(&BigDecimal::from(*b)),
            (Repr::Big(a), Repr::Big(b)) => a.cmp(b),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Small(n) => n.hash(state),
            Repr::Big(n) => n.hash(state),
        }
    }
}

/// Plain decimal digits, without an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(n) => write!(f, "{n}"),
            Repr::Big(n) => f.write_str(&n.to_plain_string()),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no number, or one too large to be meant. Does not show it: it may be a secret in the wrong place.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number that can be handled")]
pub struct NumberError;

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(number("1.0"), number("1"));
        assert_eq!(number("1e3"), Number::from(1000_i64));
        assert_eq!(number("1.0").as_i64(), Some(1));
        assert_ne!(number("0.1"), number("0.10000000000000000001"));
    }

    #[test]
    fn nothing_is_lost_beyond_a_float() {
        for text in [
            "9007199254740993",
            "18446744073709551615",
            "0.1",
            "-0.30000000000000004",
            "340282346638528859811704183484516925440",
        ] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
        assert_eq!(Number::from_f64(0.1).unwrap(), number("0.1"));
        assert_eq!(number(&format!("1{}", "0".repeat(100))), number("1e100"));
    }

    #[test]
    fn what_is_no_number_is_refused_without_eating_memory() {
        for text in ["", "x", "1e999999999999", "1e99999", "-1e-99999", "0x10", "NaN", "inf", "1 2", "1e", "--1"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
        for float in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(Number::from_f64(float).is_none(), "{float}");
        }
    }

    #[test]
    fn exponents_and_mantissas_of_any_length_are_refused() {
        let nines = "9".repeat(41);
        for text in [
            // The scale is the exponent's opposite, and the least i64 has none of its own.
            "1e9223372036854775808",
            "-1.5e9223372036854775809",
            "0e9223372036854775808",
            "1e9223372036854775807",
            "1e-9223372036854775807",
            "1e-9223372036854775808",
            "1e170141183460469231731687303715884105727",
            ".1e-170141183460469231731687303715884105728",
            &format!("1e{nines}"),
            &format!("1e-{nines}"),
            "1e10001",
            "1e-10001",
            &"9".repeat(2_001),
            &format!("0.{}1", "0".repeat(2_000)),
            &format!("{}e10", "9".repeat(1_000_000)),
        ] {
            assert!(text.parse::<Number>().is_err(), "{}", &text[..text.len().min(60)]);
        }
        assert_eq!(number("1e10000").to_string().len(), 10_001);
        for float in [f64::MAX, f64::MIN, f64::from_bits(1)] {
            assert_eq!(Number::from_f64(float).unwrap().to_string().parse(), Ok(float));
        }
    }

    #[test]
    fn what_is_no_number_is_not_shown() {
        let error = "hunter2".parse::<Number>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn numbers_have_an_order() {
        assert!(number("-1.5") < number("-1"));
        assert!(number("18446744073709551616") > Number::from(u64::MAX));
    }
}
