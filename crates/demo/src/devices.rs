//! The hardware tokens that the cast has in its hands: each knows its own seed and shows a code,
//! and asks nobody.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use sekisho_domain::method::otp::{Secret, Seed};
use sekisho_domain::moment::Moment;
use sekisho_domain::oath::{self, Algorithm, Digits, hotp};
use sekisho_domain::time::Timestamp;

/// Seconds each code is shown.
const PERIOD_S: u16 = 30;

/// One device.
#[derive(Clone, Serialize, Deserialize)]
pub struct Device {
    /// What it is made of; the same came to the institution from its maker.
    pub secret: Secret,
    /// 契約者ID of whoever has it.
    pub login_id: String,
    /// As on the envelope.
    pub name: String,
}

impl Device {
    /// A device of the factory, with the `number`-th serial.
    pub fn make(number: u32, (login_id, name): (&str, &str), moment: &mut Moment) -> Self {
        let seed: [u8; 20] = std::array::from_fn(|_| moment.pick(0..=u8::MAX));
        let secret = Secret {
            serial: format!("GAHK{number:08}"),
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            period_s: Some(PERIOD_S),
            seed: Seed::new(seed.to_vec()),
        };
        Self { secret, login_id: login_id.to_owned(), name: name.to_owned() }
    }

    /// What its button shows at `now`, and for how many seconds.
    pub fn press(&self, now: Timestamp) -> (String, i64) {
        let Secret { algorithm, digits, seed, .. } = &self.secret;
        let step = oath::step(now, PERIOD_S);
        let code = hotp(*algorithm, seed.expose(), step, *digits);
        (code, oath::begins(step + 1, PERIOD_S).seconds_since(now))
    }
}

/// Where they are kept between two runs.
fn place(folder: &Path) -> PathBuf {
    folder.join("devices.json")
}

/// All devices that were handed out; none when there is no such file.
pub fn all(folder: &Path) -> io::Result<Vec<Device>> {
    match std::fs::read(place(folder)) {
        Ok(json) => serde_json::from_slice(&json).map_err(io::Error::from),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// One more is handed out.
pub fn hand_out(folder: &Path, device: &Device) -> io::Result<()> {
    let mut devices = all(folder)?;
    devices.push(device.clone());
    std::fs::write(place(folder), serde_json::to_vec_pretty(&devices)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sekisho_domain::moment::Chance;

    #[test]
    fn a_device_goes_on_where_it_was() {
        let folder = std::env::temp_dir().join(format!("sekisho-devices-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut chance = Chance::from_seed([7; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(1_795_136_430_000), &mut chance);
        let now = moment.now;
        let device = Device::make(1, ("10000000031", "栗田 錦"), &mut moment);
        assert!(all(&folder).expect("none yet").is_empty());
        hand_out(&folder, &device).expect("kept");
        let kept = all(&folder).expect("one").remove(0);
        assert_eq!(kept.press(now), device.press(now));
        let (code, left) = device.press(now);
        assert_eq!((code.len(), left), (6, 30));
        assert_ne!(device.press(now.plus_s(30)).0, code);
        std::fs::remove_dir_all(&folder).expect("a folder of our own");
    }
}
