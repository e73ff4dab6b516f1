//! `cargo xtask deny`: licences, bans and sources of the dependencies against `deny.toml`.
//!
//! cargo-deny does this best, but takes long to build and is not on every machine; without it, what matters
//! most is checked here, from the same file and without a network.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use crate::{cargo, licence, say};

/// The part of `deny.toml` that the built-in check knows.
#[derive(Deserialize)]
struct Policy {
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    #[serde(default)]
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    /// Index addresses; where none is named, the standard one of the Rust community, as in cargo-deny.
    #[serde(default)]
    allow_registry: Vec<String>,
}

/// The part of `cargo metadata` that is looked at.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// None for a package of this workspace.
    source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    req: String,
    /// Set for a package that is named by its folder.
    path: Option<String>,
}

/// The cargo-deny that CI installs.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

/// Runs cargo-deny where it is installed, and the built-in check elsewhere.
pub fn run() -> Result<()> {
    let packages = packages()?;
    if installed() {
        say("使用 cargo-deny · using cargo-deny (advisories need a network: cargo deny check advisories)");
        let arguments = ["deny", "--offline", "--workspace", "check", "licenses", "bans", "sources"];
        let status = cargo::command(&arguments).status().context("cargo-deny did not start")?;
        ensure!(status.success(), "cargo-deny: {status}");
        return Ok(());
    }
    say(
        "未安装 cargo-deny，使用内置检查 · cargo-deny is not installed, using the built-in check of deny.toml",
    );
    let file = cargo::root().join("deny.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let policy: Policy = toml::from_str(&text).context("deny.toml")?;
    let findings: Vec<String> = packages.iter().flat_map(|package| policy.findings(package)).collect();
    for finding in &findings {
        say(finding);
    }
    ensure!(findings.is_empty(), "依赖检查发现 {0} 个问题 · {0} findings", findings.len());
    say(&format!("依赖检查通过 · {} packages: licences, bans and sources are fine", packages.len()));
    Ok(())
}

/// Installs cargo-deny on a CI machine, where nobody minds; its speed does not matter, so it is built for a
/// short build. Without a network the built-in check has to do.
pub fn install_in_ci() {
    if env::var_os("CI").is_none() || installed() {
        return;
    }
    say("安装 cargo-deny · installing cargo-deny");
    let mut install = cargo::command(&["install", "--quiet", "--locked", CARGO_DENY]);
    install.envs([("CARGO_PROFILE_RELEASE_LTO", "off"), ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")]);
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    // Away from this workspace, whose settings and artefacts are not for it.
    install.current_dir(env::temp_dir()).env_remove("CARGO_TARGET_DIR");
    if !install.status().is_ok_and(|status| status.success()) {
        say("未能安装 cargo-deny · could not install cargo-deny");
    }
}

fn installed() -> bool {
    let mut command = cargo::command(&["deny", "--version"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Every package of the lock file, those of other systems included. A build downloads only its own system's,
/// so the first time the rest is fetched; from then on no network is needed.
fn packages() -> Result<Vec<Package>> {
    let arguments = ["metadata", "--format-version=1", "--locked"];
    let mut offline = cargo::command(&arguments);
    let text = match output(offline.arg("--offline")) {
        Ok(text) => text,
        Err(_) => output(&mut cargo::command(&arguments))?,
    };
    let metadata: Metadata = serde_json::from_slice(&text).context("cannot read cargo metadata")?;
    Ok(metadata.packages)
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().context("cargo metadata did not start")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

impl Policy {
    fn findings(&self, package: &Package) -> Vec<String> {
        let Package { name, version, .. } = package;
        let problems = [self.licence(package), self.ban(package), self.source(package), wildcard(package)];
        problems.into_iter().flatten().map(|problem| format!("{name} {version}: {problem}")).collect()
    }

    fn licence(&self, package: &Package) -> Option<String> {
        let Some(expression) = &package.license else {
            return Some("未声明许可 · names no licence".to_owned());
        };
        let exceptions = self.licenses.exceptions.iter().filter(|exception| exception.name == package.name);
        let more: Vec<&String> = exceptions.flat_map(|exception| &exception.allow).collect();
        let allowed = |licence: &str| {
            self.licenses.allow.iter().chain(more.iter().copied()).any(|allowed| allowed == licence)
        };
        match licence::is_allowed(expression, &allowed) {
            Ok(true) => None,
            Ok(false) => Some(format!("许可不在允许之列 · licence not allowed: {expression}")),
            Err(error) => Some(format!("{error:#}: {expression}")),
        }
    }

    fn ban(&self, package: &Package) -> Option<String> {
        let banned = self.bans.deny.iter().any(|banned| banned.name == package.name);
        banned.then(|| "禁用 · banned".to_owned())
    }

    fn source(&self, package: &Package) -> Option<String> {
        let source = package.source.as_ref()?;
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        let allowed = &self.sources.allow_registry;
        let known = if allowed.is_empty() {
            registry.ends_with("/crates.io-index")
        } else {
            allowed.iter().any(|one| one == registry)
        };
        (!known).then(|| format!("来源未知 · unknown source: {source}"))
    }
}

/// A requirement of this workspace that takes any version from a registry.
fn wildcard(package: &Package) -> Option<String> {
    if package.source.is_some() {
        return None;
    }
    let loose = package.dependencies.iter().find(|needed| needed.req == "*" && needed.path.is_none())?;
    Some(format!("版本要求为 * · any version allowed of {}", loose.name))
}

#[cfg(test)]
mod tests {
    use super::{Dependency, Package, Policy};

    const REGISTRY: &str = "registry+https://example.org/index";

    fn policy() -> Policy {
        toml::from_str(
            r#"
            [licenses]
            allow = ["MIT"]
            exceptions = [{ crate = "driver", allow = ["MPL-2.0"] }]
            [bans]
            deny = [{ crate = "openssl" }]
            [sources]
            allow-registry = ["https://example.org/index"]
            "#,
        )
        .expect("a policy")
    }

    fn findings(name: &str, license: Option<&str>, source: Option<&str>) -> usize {
        let package = Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: license.map(str::to_owned),
            source: source.map(str::to_owned),
            dependencies: Vec::new(),
        };
        policy().findings(&package).len()
    }

    #[test]
    fn what_the_policy_allows_passes() {
        assert_eq!(findings("good", Some("MIT OR GPL-3.0"), Some(REGISTRY)), 0);
        assert_eq!(findings("ours", Some("MIT"), None), 0);
    }

    #[test]
    fn each_fault_is_found() {
        assert_eq!(findings("bad", Some("GPL-3.0"), Some(REGISTRY)), 1);
        assert_eq!(findings("bad", None, Some(REGISTRY)), 1);
        assert_eq!(findings("bad", Some("MIT AND"), Some(REGISTRY)), 1);
        assert_eq!(findings("openssl", Some("MIT"), Some(REGISTRY)), 1);
        assert_eq!(findings("bad", Some("MIT"), Some("git+https://example.org/repo")), 1);
        assert_eq!(findings("openssl", None, Some("registry+https://example.com")), 3);
    }

    #[test]
    fn an_exception_holds_for_its_package_alone() {
        assert_eq!(findings("driver", Some("MPL-2.0"), Some(REGISTRY)), 0);
        assert_eq!(findings("other", Some("MPL-2.0"), Some(REGISTRY)), 1);
    }

    #[test]
    fn any_version_is_refused_unless_it_is_a_folder() {
        let needs = |path: Option<&str>| Package {
            name: "ours".to_owned(),
            version: "1.0.0".to_owned(),
            license: Some("MIT".to_owned()),
            source: None,
            dependencies: vec![Dependency {
                name: "needed".to_owned(),
                req: "*".to_owned(),
                path: path.map(str::to_owned),
            }],
        };
        assert_eq!(policy().findings(&needs(None)).len(), 1);
        assert_eq!(policy().findings(&needs(Some("../needed"))).len(), 0);
    }
}
