//! Test cases for common settings in profile files. Each file is formatted at random, but has the same
//! meaning for both clients.

use super::super::Random;
use super::super::case::Case;

pub(super) fn cases() -> Vec<Case> {
    (0..80).map(|number| random_case(&mut Random::new(9, &format!("settings {number}")))).collect()
}

fn random_case(random: &mut Random) -> Case {
    let mut file = String::new();
    let has_url = random.percent(50);
    let ends = random.pick(&["\n", "\n", "\r\n", "\r"]);
    let depth = random.pick(&["", "", "  ", "\t", "      "]);
    let mut profiles = ["default", "b", "\"c d\""];
    random.shuffle(&mut profiles);
    for profile in profiles {
        let header = if profile == "default" { "[default]".to_owned() } else { format!("[profile {profile}]") };
        noise(&mut file, random);
        file.push_str(&format!("{depth}{header}\n"));
        let mut settings = vec![
            format!("region = {}", random.pick(&["eu-west-1", "us-east-1", "cn-north-1"])),
            format!("aws_access_key_id = KEY{}", random.below(1000)),
            "aws_secret_access_key = secret/+=".to_owned(),
        ];
        // FSx's endpoint rules do not allow an endpoint URL together with FIPS or dual stack.
        let place = match has_url {
            true => ["endpoint_url = http://all.example/x/", "services = own"],
            false => ["use_fips_endpoint = true", "use_dualstack_endpoint = true"],
        };
        for setting in [
            place[0],
            place[1],
            "aws_session_token = to/ken==",
            "max_attempts = 4",
            "retry_mode = adaptive",
            "sdk_ua_app_id = my app",
            "output = json\n>text\n>more = text",
            "s3 =\n>addressing_style = path\n>endpoint_url = nonsense",
            "unknown = [default]",
            "sso_session = corp",
        ] {
            if random.percent(25) {
                settings.push(setting.to_owned());
            }
        }
        random.shuffle(&mut settings);
        for setting in settings {
            noise(&mut file, random);
            file.push_str(&written(&setting, depth, random));
        }
    }
    file.push_str(&format!("{depth}[sso-session corp]\n{depth}sso_region = us-west-2\n{depth}sso_start_url = abc\n"));
    file.push_str(&format!("{depth}[services own]\n{depth}fsx =\n{depth}  endpoint_url = http://own.example\n"));
    let case = Case::default().config(file.replace('\n', ends));
    let profile = random.pick(&["", "default", "b", "c d"]);
    let case = if profile.is_empty() { case } else { case.var("AWS_PROFILE", profile) };
    [
        ("AWS_DEFAULT_REGION", "us-west-2"),
        if has_url { ("AWS_ENDPOINT_URL_FSX", "http://variable.example") } else { ("AWS_USE_FIPS_ENDPOINT", "false") },
        ("AWS_ENDPOINT_URL_S3", "nonsense"),
        ("AWS_MAX_ATTEMPTS", "2"),
        ("AWS_SDK_UA_APP_ID", "variable"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ]
    .into_iter()
    .fold(case, |case, (name, value)| if random.percent(12) { case.var(name, value) } else { case })
}

/// Writes a random number of blank lines and comments.
fn noise(file: &mut String, random: &mut Random) {
    while random.percent(30) {
        file.push_str(random.pick(&["\n", "   \n", "# a comment\n", "   ; a comment\n", "\t# [default]\n"]));
    }
}

/// Formats a setting with random spaces and case. Each `>` in the value is replaced with the indentation of a nested
/// line.
fn written(setting: &str, depth: &str, random: &mut Random) -> String {
    let (name, value) = setting.split_once(" =").unwrap();
    let name = if random.percent(20) { name.to_uppercase() } else { name.to_owned() };
    let equals = random.pick(&["=", " =", "  \t="]);
    let deeper = format!("{depth}{}", random.pick(&[" ", "\t", "    "]));
    let end = random.pick(&["", "", " ", "\t "]);
    format!("{depth}{name}{equals}{}{end}\n", value.replace('>', &deeper))
}
