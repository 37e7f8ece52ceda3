//! The test cases for each kind of setting.

mod credentials;
mod matrix;
mod providers;
mod written;

use super::case::{Case, Vars};
use super::differences;

/// Returns all cases. Some are written by hand, and others are random.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = format();
    cases.extend(profiles());
    cases.extend(settings());
    cases.extend(endpoints());
    cases.extend(credentials::cases());
    cases.extend(providers::cases());
    cases.extend(written::cases());
    cases.extend(matrix::cases());
    cases
}

/// Returns cases for the file format.
fn format() -> Vec<Case> {
    let same = [
        "[default]\nregion = eu-west-1",
        "[default]\nregion=eu-west-1\n",
        "[default]\nregion    =    eu-west-1   \n",
        "[default]\nregion\t=\teu-west-1\t\n",
        "[default]\nREGION = eu-west-1\n",
        "[default]\r\nregion = eu-west-1\r\n",
        "[default]\rregion = eu-west-1\r",
        "[default]\r\nregion = eu-west-1\r\r\n",
        "[default]\nregion = eu-west-1\r\noutput = json\n",
        "# c\n; c\n[default]\n# c\nregion = eu-west-1\n; c\n",
        "\n\n[default]\n\n\nregion = eu-west-1\n\n",
        "  # c\n[default]\n  ; c\nregion = eu-west-1\n  # c\n",
        // Files that are indented, uniformly or not.
        "  [default]\n  region = eu-west-1\n  output = json\n",
        "  [default]\n  output = json\n  region = eu-west-1\n",
        "[default]\n  output = json\n  region = eu-west-1\n  max_attempts = 4\n",
        "[default]\n\toutput = json\n\tregion = eu-west-1\n\tmax_attempts = 4\n",
        "[default]\n    output = json\n  region = eu-west-1\nmax_attempts = 4\n",
        "   [default]\nregion = eu-west-1\n",
        "  [profile b]\n  region = us-east-1\n  [default]\n  region = eu-west-1\n",
        "[profile b]\n  region = us-east-1\n[default]\n  region = eu-west-1\n",
        "[default]\n  output = json\n\n  # c\n\n  region = eu-west-1\n",
        // Files with continuation lines.
        "[default]\noutput = json\n  more\nregion = eu-west-1\n",
        "[default]\noutput = json\n\n  more\n\nregion = eu-west-1\n",
        "[default]\noutput = json\n  # c\n  more\nregion = eu-west-1\n",
        "[default]\n  output = json\n    more\n  region = eu-west-1\n",
        "[default]\noutput = json\n  region = us-east-1\nregion = eu-west-1\n",
        "[default]\noutput = json\n  [profile b]\nregion = eu-west-1\n",
        "[default]\nregion = eu-west-1\n  max_attempts = 4\n",
        "[default]\nregion = eu-\n  west-1\n",
        // Files with nested settings.
        "[default]\noutput =\n\nregion = eu-west-1\n",
        "[default]\ns3 =\n  addressing_style = path\nregion = eu-west-1\n",
        "[default]\ns3 =\n\n  addressing_style = path\n\n  use_arn_region = true\nregion = eu-west-1\n",
        "[default]\n  s3 =\n    addressing_style = path\n  region = eu-west-1\n",
        "[default]\n  region = eu-west-1\n  s3 =\n    region = us-east-1\n",
        "[default]\ns3 =\n  empty =\nregion = eu-west-1\n",
        "[default]\ns3 =\n  nonsense\nregion = eu-west-1\n",
        // Files with unusual values and names.
        "[default]\nregion = eu-west-1#c\n",
        "[default]\nregion = \"eu-west-1\"\n",
        "[default]\nregion =\n",
        "[default]\nregion = eu-west-1.example.com/\n",
        "[default]\nregion = eu_west_1\n",
        "[default]\nregion = -x\n",
        "[default]\nmy key = 1\nregion = eu-west-1\n",
        "[default]\nunknown = a=b=c\nregion = eu-west-1\n",
        "[default]\nunknown = \u{1f40b}\nregion = eu-west-1\n",
        // Files that are empty, or not profile files.
        "region = eu-west-1\n",
        "[default\nregion = eu-west-1\n",
        "[default]\nregion\n",
        "[default]\nnonsense\nregion = eu-west-1\n",
        "[default]\n = eu-west-1\n",
        "",
        "# nothing\n",
        "[default]\n",
        "[other]\nregion = eu-west-1\n",
        "[other]\na = b\n[default]\nregion = eu-west-1\n",
        "[preview]\ncloudfront = true\n\n[default]\nregion = eu-west-1\n",
    ];
    let mut cases: Vec<_> = same.into_iter().map(Case::file).collect();
    cases.push(Case::file(b"[default]\nregion = eu-west-1\nx = \xff\n"));
    cases.push(Case::file(b"[default]\nregion = eu-west-1\xc3\n"));

    let read_as = |config: &str, why, other: &str| Case::file(config).read_as(why, Case::file(other));
    let usual = "[default]\nregion = eu-west-1\n";
    for config in [
        "[default]\nregion = eu-west-1 # c\n",
        "[default]\nregion = eu-west-1 ; c\n",
        "[default]\nregion = eu-west-1\t# c # d\n",
        "[default] # c\nregion = eu-west-1 # c\n",
    ] {
        cases.push(read_as(config, &differences::COMMENT, usual));
    }
    cases.push(read_as("\u{feff}[default]\nregion = eu-west-1\n", &differences::BOM, usual));
    cases.push(read_as("[ default ]\nregion = eu-west-1\n", &differences::HEADER_SPACE, usual));
    for config in [
        "[default]\nregion = us-east-1\nregion = eu-west-1\n",
        "[default]\nRegion = us-east-1\nregion = eu-west-1\n",
        "[default]\nregion = us-east-1\n[default]\nregion = eu-west-1\n",
        "[default]\nregion = eu-west-1\n[default]\noutput = json\n",
    ] {
        cases.push(read_as(config, &differences::TWICE, usual));
    }
    cases.push(read_as("[other]\nnonsense\n[default]\nregion = eu-west-1\n", &differences::OTHER_SECTION, usual));
    cases.push(Case::file("[default]\nregion: eu-west-1\n"));
    cases.push(Case::file("[default]\nregion : eu-west-1\nmax_attempts = 4\n"));
    cases
}

/// Returns cases for the names and the selection of profiles.
fn profiles() -> Vec<Case> {
    let two = "[default]\nregion = eu-west-1\n[profile b]\nregion = us-east-1\n";
    let chosen = |name: &str, config: &str| Case::file(config).var("AWS_PROFILE", name);
    let mut cases = vec![
        Case::file(two),
        chosen("b", two),
        chosen("default", two),
        chosen("c", two),
        chosen("B", two),
        chosen("b", "[profile \"b\"]\nregion = eu-west-1\n"),
        chosen("b", "[profile 'b']\nregion = eu-west-1\n"),
        chosen("b c", "[profile \"b c\"]\nregion = eu-west-1\n"),
        chosen("b c", "[profile 'b c']\nregion = eu-west-1\n"),
        chosen("b c", "[profile b c]\nregion = eu-west-1\n"),
        chosen("b", "[profile b c]\nregion = eu-west-1\n"),
        chosen("b", "[profile  b]\nregion = eu-west-1\n"),
        chosen("b", "[profile\tb]\nregion = eu-west-1\n"),
        chosen("b", "[profile b ]\nregion = eu-west-1\n"),
        chosen("b", "[b]\nregion = eu-west-1\n"),
        chosen("b", "[profile]\nregion = eu-west-1\n"),
        chosen("b", "[PROFILE b]\nregion = eu-west-1\n"),
        chosen("a-b_c.d@e/f:g+h%i", "[profile a-b_c.d@e/f:g+h%i]\nregion = eu-west-1\n"),
        chosen("größe", "[profile größe]\nregion = eu-west-1\n"),
        chosen("b", "[profile b]\n"),
        chosen("b", "[default]\nregion = eu-west-1\n[profile b]\n"),
        chosen("default", "[profile default]\nregion = eu-west-1\n"),
        chosen("b", "").credentials("[b]\nregion = eu-west-1\n"),
        chosen("b", "[profile b]\nregion = us-east-1\n").credentials("[b]\nregion = eu-west-1\n"),
        chosen("b", "[profile b]\nregion = us-east-1\n").credentials("[profile b]\nregion = eu-west-1\n"),
        chosen("profile b", "").credentials("[profile b]\nregion = eu-west-1\n"),
        Case::file("").credentials("[default]\nregion = eu-west-1\n"),
        Case::file("[default]\nregion = us-east-1\nmax_attempts = 4\n").credentials("[default]\nregion = eu-west-1\n"),
        Case::file("[profile default]\nregion = eu-west-1\n"),
        Case::file("[default]\nregion = us-east-1\n[profile default]\nregion = eu-west-1\n"),
        Case::file(two).var("AWS_CONFIG_FILE", "none"),
        Case::file(two).var("AWS_CONFIG_FILE", ".aws/credentials").credentials("[default]\nregion = us-west-2\n"),
        Case::file(two).var("AWS_CONFIG_FILE", "~/.aws/credentials").credentials("[default]\nregion = us-west-2\n"),
    ];
    let last = "[profile default]\nregion = eu-west-1\n[default]\nregion = us-east-1\n";
    let alone = Case::file("[profile default]\nregion = eu-west-1\n");
    cases.push(Case::file(last).read_as(&differences::PREFIXED_DEFAULT, alone));
    let region = |case: Case| case.var("AWS_DEFAULT_REGION", "eu-west-1");
    let no_choice = region(Case::file(""));
    cases.push(region(chosen("default", "")).read_as(&differences::ABSENT_DEFAULT, no_choice));
    let alias = Case::file(two).var("AWS_DEFAULT_PROFILE", "b");
    cases.push(alias.read_as(&differences::DEFAULT_PROFILE, Case::file(two)));
    cases.push(chosen("", two).read_as(&differences::EMPTY, Case::file(two)));
    cases.push(chosen("b\r", two).read_as(&differences::TRIMMED, chosen("b", two)));
    cases
}

/// Returns cases for individual settings.
fn settings() -> Vec<Case> {
    let keys = |config: &str| Case::file(format!("[default]\nregion = eu-west-1\n{config}\n"));
    let mut cases: Vec<_> = [
        "use_fips_endpoint = true",
        "use_fips_endpoint = false",
        "use_fips_endpoint = TRUE",
        "use_fips_endpoint =",
        "use_dualstack_endpoint = true",
        "use_dualstack_endpoint = False",
        "use_fips_endpoint = true\nuse_dualstack_endpoint = true",
        "retry_mode = standard",
        "retry_mode = adaptive",
        "max_attempts = 1",
        "max_attempts = 7",
        "max_attempts = x",
        "max_attempts = 1.5",
        "retry_mode = adaptive\nmax_attempts = 2",
        "ca_bundle = ca.pem",
        "sdk_ua_app_id = my-app",
        "sdk_ua_app_id = my app",
        "sdk_ua_app_id = a/b",
        "sdk_ua_app_id = größe",
        "sdk_ua_app_id = !$%&'*+-.^_`|~,#",
        "sdk_ua_app_id = a:b(c)[d]@e=f",
        "sdk_ua_app_id =",
        "disable_request_compression = true",
        "request_min_compression_size_bytes = 1",
        "request_min_compression_size_bytes = 1048576",
        "output = nonsense",
        "duration_seconds = 5",
        "mfa_serial = x",
        "source_profile = none",
    ]
    .into_iter()
    .map(keys)
    .collect();
    cases.extend(
        [
            &[("AWS_DEFAULT_REGION", "us-west-2")] as Vars<'_>,
            &[("AWS_DEFAULT_REGION", "us-gov-west-1")],
            &[("AWS_DEFAULT_REGION", "cn-north-1")],
            &[("AWS_DEFAULT_REGION", "xx-new-1")],
            &[("AWS_DEFAULT_REGION", "x.evil.example/")],
            &[("AWS_USE_FIPS_ENDPOINT", "true")],
            &[("AWS_USE_FIPS_ENDPOINT", "True")],
            &[("AWS_USE_FIPS_ENDPOINT", "false")],
            &[("AWS_USE_DUALSTACK_ENDPOINT", "true")],
            &[("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true")],
            &[("AWS_RETRY_MODE", "adaptive")],
            &[("AWS_RETRY_MODE", "standard"), ("AWS_MAX_ATTEMPTS", "9")],
            &[("AWS_MAX_ATTEMPTS", "x")],
            &[("AWS_MAX_ATTEMPTS", "0")],
            &[("AWS_MAX_ATTEMPTS", "-1")],
            &[("AWS_RETRY_MODE", "fast")],
            &[("AWS_CA_BUNDLE", "ca.pem")],
            &[("AWS_SDK_UA_APP_ID", "my-app")],
            &[("AWS_SDK_UA_APP_ID", "my app/1.0 (größe)")],
            &[("AWS_SDK_UA_APP_ID", "")],
            &[("AWS_SDK_UA_APP_ID", "12345678901234567890123456789012345678901234567890")],
            &[("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "1")],
            &[("AWS_SESSION_TOKEN", "token")],
            &[("AWS_ACCESS_KEY_ID", "")],
            &[("AWS_SECRET_ACCESS_KEY", "")],
        ]
        .map(Case::vars),
    );
    // Variables take precedence over the profile.
    let profile = "region = us-east-1\nuse_fips_endpoint = true\nmax_attempts = 5\nretry_mode = adaptive\n\
                   sdk_ua_app_id = profile\nca_bundle = none.pem";
    let vars = [
        ("AWS_DEFAULT_REGION", "us-west-2"),
        ("AWS_USE_FIPS_ENDPOINT", "false"),
        ("AWS_MAX_ATTEMPTS", "2"),
        ("AWS_RETRY_MODE", "standard"),
        ("AWS_SDK_UA_APP_ID", "variable"),
        ("AWS_CA_BUNDLE", "ca.pem"),
    ];
    cases.push(Case::vars(&vars).config(format!("[default]\n{profile}")));
    cases.extend(different_settings());
    cases
}

fn different_settings() -> Vec<Case> {
    let usual = Case::vars(&[]);
    let region = |name: &str, value: &str| Case::vars(&[]).without("AWS_DEFAULT_REGION").var(name, value);
    let both = usual.clone().var("AWS_REGION", "us-west-2");
    let mut cases = vec![
        region("AWS_REGION", "us-west-2").read_as(&differences::REGION, region("AWS_DEFAULT_REGION", "us-west-2")),
        both.read_as(&differences::REGION, region("AWS_DEFAULT_REGION", "us-west-2")),
        region("AWS_DEFAULT_REGION", "us-west-2\r")
            .read_as(&differences::TRIMMED, region("AWS_DEFAULT_REGION", "us-west-2")),
        usual.clone().var("AWS_ACCESS_KEY_ID", " VARKEY\n").read_as(&differences::TRIMMED, usual.clone()),
        usual.clone().var("AWS_RETRY_MODE", "legacy").read_as(&differences::LEGACY, usual.clone()),
        usual
            .clone()
            .var("AWS_RETRY_MODE", "Adaptive")
            .read_as(&differences::MODE, usual.clone().var("AWS_RETRY_MODE", "adaptive")),
        usual
            .clone()
            .var("AWS_ACCESS_KEY_ID", "")
            .config("[default]\naws_access_key_id = K\naws_secret_access_key = s")
            .refused(&differences::HALF),
    ];
    let long = "1234567890123456789012345678901234567890123456789";
    let cut = usual.clone().var("AWS_SDK_UA_APP_ID", &format!("{long}a"));
    cases.push(usual.clone().var("AWS_SDK_UA_APP_ID", &format!("{long}abc")).read_as(&differences::APP_ID, cut));
    for (name, value) in [
        ("AWS_USE_FIPS_ENDPOINT", "yes"),
        ("AWS_USE_FIPS_ENDPOINT", "1"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "on"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "maybe"),
        ("AWS_CA_BUNDLE", "none.pem"),
    ] {
        cases.push(usual.clone().var(name, value).refused(&differences::STRICT));
    }
    for (name, value) in
        [("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "x"), ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "10485761")]
    {
        cases.push(usual.clone().var(name, value).read_as(&differences::UNUSED, usual.clone()));
    }
    cases.push(usual.clone().var("AWS_MAX_ATTEMPTS", "").read_as(&differences::EMPTY, usual.clone()));
    let empty = usual.clone().config("[default]\nretry_mode =\n");
    cases.push(empty.read_as(&differences::EMPTY, usual.clone()));
    cases.push(usual.clone().var("AWS_DISABLE_REQUEST_COMPRESSION", "maybe"));
    cases
}

/// Returns cases for endpoint URLs.
fn endpoints() -> Vec<Case> {
    let file =
        |profile: &str, services: &str| Case::file(format!("[default]\nregion = eu-west-1\n{profile}\n{services}\n"));
    let own = "[services s]\nfsx =\n  endpoint_url = http://own.example\n";
    let mut cases = vec![
        Case::vars(&[("AWS_ENDPOINT_URL", "http://all.example")]),
        Case::vars(&[("AWS_ENDPOINT_URL_FSX", "http://own.example:81/")]),
        Case::vars(&[("AWS_ENDPOINT_URL_FSX", "http://own.example/path/")]),
        Case::vars(&[("AWS_ENDPOINT_URL_FSX", "https://[::1]:443")]),
        Case::vars(&[("AWS_ENDPOINT_URL_FSX", "http://own.example"), ("AWS_ENDPOINT_URL", "http://all.example")]),
        Case::vars(&[("AWS_ENDPOINT_URL_FSX", ""), ("AWS_ENDPOINT_URL", "http://all.example")]),
        Case::vars(&[("AWS_ENDPOINT_URL_S3", "nonsense")]),
        Case::vars(&[("AWS_ENDPOINT_URL_FSX", "http://own.example"), ("AWS_ENDPOINT_URL", "nonsense")]),
        Case::vars(&[("AWS_ENDPOINT_URL_FSX", "nonsense")]),
        Case::vars(&[("AWS_ENDPOINT_URL", "localhost:4566")]),
        Case::vars(&[("AWS_ENDPOINT_URL", "http://")]),
        Case::vars(&[("AWS_ENDPOINT_URL", "http://a b.example")]),
        Case::vars(&[("AWS_ENDPOINT_URL", "http://all.example"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]),
        Case::vars(&[("AWS_ENDPOINT_URL", "http://all.example"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")]),
        Case::vars(&[("AWS_ENDPOINT_URL", "nonsense"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")]),
        file("endpoint_url = http://all.example", ""),
        file("endpoint_url =", ""),
        file("endpoint_url = nonsense", ""),
        file("endpoint_url = http://all.example\nignore_configured_endpoint_urls = true", ""),
        file("endpoint_url = http://all.example", own),
        file("services = s", own),
        file("services = s\nendpoint_url = http://all.example", own),
        file("services = s", "[services s]\n  fsx =\n    endpoint_url = http://own.example\n"),
        file("services = s", "[services s]\nfsx =\n\n  endpoint_url = http://own.example\n"),
        file("services = s", "[services s]\nfsx =\n  other = x\n  endpoint_url = http://own.example\n"),
        file("services = s", "[services s]\ns3 =\n  endpoint_url = nonsense\n"),
        file(
            "services = s",
            "[services s]\ns3 =\n  endpoint_url = nonsense\nfsx =\n  endpoint_url = http://own.example\n",
        ),
        file("services = s", "[services s]\nfsx =\n  endpoint_url = nonsense\n"),
        file("services = s", "[services s]\nfsx =\n  endpoint_url =\n"),
        file("services = t", own),
        file("services = t", own).var("AWS_ENDPOINT_URL", "http://all.example"),
        file("services = s", "[services \"s\"]\nfsx =\n  endpoint_url = http://own.example\n"),
        file("services = s t", "[services 's t']\nfsx =\n  endpoint_url = http://own.example\n"),
        file("services = s", own).var("AWS_ENDPOINT_URL", "http://variable.example"),
        file("services = s", own).var("AWS_ENDPOINT_URL_FSX", "http://variable.example"),
        file("services = s", own).var("AWS_ENDPOINT_URL_S3", "http://variable.example"),
        file("services = s", own).var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ];
    let nested = |line: &str| file("services = s", &format!("[services s]\nfsx =\n  {line}\n"));
    let usual = || nested("endpoint_url = http://own.example");
    cases.push(nested("endpoint_url = http://own.example # c").read_as(&differences::COMMENT, usual()));
    cases.push(nested("Endpoint_URL = http://own.example").read_as(&differences::NESTED_CASE, usual()));
    cases.push(
        Case::file("[default]\nregion = eu-west-1\nservices = s\n[services s]\nfsx =\nendpoint_url = http://x\n")
            .read_as(&differences::EMPTY, file("", "")),
    );
    let path = |url: &str| Case::vars(&[("AWS_ENDPOINT_URL_FSX", url)]);
    cases.push(path("http://own.example/path").read_as(&differences::PATH, path("http://own.example/path/")));
    for (name, value) in [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true")] {
        let both = Case::vars(&[("AWS_ENDPOINT_URL", "http://all.example"), (name, value)]);
        cases.push(both.refused(&differences::RULES));
    }
    let user = Case::vars(&[("AWS_ENDPOINT_URL", "http://me:pw@all.example")]);
    cases.push(user.refused(&differences::URL));
    let query = Case::vars(&[("AWS_ENDPOINT_URL", "http://all.example?a=b")]);
    cases.push(query.refused(&differences::URL));
    cases
}
