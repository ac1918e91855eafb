/** Is the file one of tests, by its place and name? What it configures serves nobody. */
export function isTestFile(path: string): boolean {
  return /(?:^|\/)(?:src\/(?:test|it|testFixtures|integrationTest|androidTest)|tests?)\/|(?:Tests?|IT|TestCase)\.(?:java|kts?)$/.test(path);
}
