const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

/** The version that comes after `current`: one that is named, or the next patch, minor or major. */
export function nextVersion(current, wanted) {
  if (VERSION.test(wanted)) return wanted;
  const match = VERSION.exec(current);
  if (!match) throw new Error(`${current} is no version like 1.2.3`);
  const [major, minor, patch] = match.slice(1).map(Number);
  if (wanted === 'major') return `${major + 1}.0.0`;
  if (wanted === 'minor') return `${major}.${minor + 1}.0`;
  if (wanted === 'patch') return `${major}.${minor}.${patch + 1}`;
  throw new Error(`${wanted} is neither a version like 1.2.3 nor patch, minor or major`);
}

/** The changelog with a dated section in the place of Unreleased, and a new, empty Unreleased above it. */
export function datedChangelog(text, version, date) {
  const heading = '## [Unreleased]\n';
  const at = text.indexOf(heading);
  if (at < 0) throw new Error('CHANGELOG.md has no section "## [Unreleased]"');
  if (text.includes(`## [${version}]`)) throw new Error(`CHANGELOG.md has ${version} already`);
  const rest = text.slice(at + heading.length);
  const end = rest.search(/^## /m);
  const section = end < 0 ? rest : rest.slice(0, end);
  if (section.trim() === '') throw new Error('CHANGELOG.md says nothing under Unreleased');
  return `${text.slice(0, at)}${heading}\n## [${version}] - ${date}\n${rest}`;
}
