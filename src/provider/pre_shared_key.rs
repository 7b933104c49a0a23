//! The ephemeral resource `cloudvpn_pre_shared_key`: a key that both ends of a tunnel take in one apply, and that is stored nowhere.

use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::framework::model::{Model, Secret, Value};
use crate::provider::Data;

/// A random pre-shared key: letters and digits, first a letter, which both clouds and the devices at the other end of a tunnel take.
///
/// It is another one each time it is opened, which is in each plan and in each apply. So it goes to both ends in the same apply, into
/// `pre_shared_key_wo` under a version: only another version sends it, and then to both ends. With one end that Terraform does not
/// manage, put it into a secret store in the same apply. Needs Terraform 1.11 or later. No API is called.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct PreSharedKey {
    /// How many characters the key has; 48 if nobody says another.
    // At most what AWS takes; 16 letters and digits have 95 bits.
    #[attr(optional, computed, range(16..=64))]
    length: Value<i64>,
    /// The key.
    #[attr(computed, sensitive)]
    value: Value<Secret>,
}

impl EphemeralResource for PreSharedKey {
    type Data = Data;

    const TYPE: &'static str = "cloudvpn_pre_shared_key";

    async fn open(_cx: &Context<Data>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        let length = config.length.known().copied().unwrap_or(DEFAULT_LENGTH);
        let key = random(usize::try_from(length).unwrap_or_default(), |bytes| {
            rustls::crypto::aws_lc_rs::default_provider().secure_random.fill(bytes).is_ok()
        });
        let key = key.ok_or_else(|| Diagnostic::error("No key", "The system gives no random numbers.".to_owned()))?;
        let result = Self { length: Value::Known(length), value: Value::Known(Secret::new(key)) };
        Ok(Opened { result, renew_at: None })
    }
}

/// Letters and digits, each as likely as any other, and first a letter. None if there are no random bytes.
fn random(length: usize, fill: impl Fn(&mut [u8]) -> bool) -> Option<String> {
    let mut key = String::with_capacity(length);
    let mut bytes = [0; 64];
    while key.len() < length {
        if !fill(&mut bytes) {
            return None;
        }
        for byte in bytes {
            let characters = if key.is_empty() { &CHARACTERS[..LETTERS] } else { CHARACTERS };
            // Bytes at the end of the range would make some characters likelier than others.
            let fair = 256 - 256 % characters.len();
            if usize::from(byte) < fair && key.len() < length {
                key.push(char::from(characters[usize::from(byte) % characters.len()]));
            }
        }
    }
    Some(key)
}

const DEFAULT_LENGTH: i64 = 48;
const CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LETTERS: usize = 52;

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_character_is_as_likely_as_any_other_and_the_first_is_a_letter() {
        // All bytes, one after the other.
        let next = Cell::new(0_u8);
        let fill = |bytes: &mut [u8]| {
            for byte in bytes {
                *byte = next.replace(next.get().wrapping_add(1));
            }
            true
        };
        let key = random(1 + 248 * 4, fill).unwrap();
        let mut seen = HashMap::<char, usize>::new();
        key.chars().skip(1).for_each(|c| *seen.entry(c).or_default() += 1);
        assert_eq!(seen.len(), 62);
        assert!(seen.values().all(|count| (16..=16).contains(count)), "{seen:?}");

        let digits_first = |bytes: &mut [u8]| {
            bytes.iter_mut().zip((200..=u8::MAX).cycle()).for_each(|(byte, value)| *byte = value);
            true
        };
        assert!(random(16, digits_first).unwrap().starts_with(|c: char| c.is_ascii_alphabetic()));
        assert_eq!(random(16, |_| false), None);
    }
}
