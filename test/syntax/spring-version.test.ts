import { describe, expect, test } from 'vitest';
import { managedVersion, springVersion } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';

const FILE = 'app/src/main/java/a/A.java';
const parent = (version: string): string => `<project><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent></project>`;

const spring = (files: Readonly<Record<string, string>>): number => springVersion(filesFrom(files), FILE).number;

describe('Maven', () => {
  test.each([
    ['the parent', parent('3.4.5'), 60200],
    ['a release that changes the behaviour of CORS within its line', parent('2.4.6'), 50307],
    ['the one before it', parent('2.4.5'), 50301],
    ['an old release', parent('2.1.3.RELEASE'), 50102],
    ['a property of its own', '<project><properties><spring.version>5.3.39</spring.version></properties></project>', 50339],
    ['a property that a dependency names', '<project><properties><sv>6.0.3</sv></properties><dependencies><dependency><artifactId>spring-webmvc</artifactId><version>${sv}</version></dependency></dependencies></project>', 60003],
    ['what is imported', '<project><properties><boot>3.2.1</boot></properties><dependencyManagement><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-dependencies</artifactId><version>${boot}</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement></project>', 60101],
    ['a property that overrides the parent', '<project><parent><artifactId>spring-boot-starter-parent</artifactId><version>3.2.1</version></parent><properties><spring-framework.version>6.1.14</spring-framework.version></properties></project>', 60114],
    ['what is commented out', `<!--${parent('2.1.0')}-->${parent('3.5.1')}`, 60207],
    ['nothing', '<project/>', 70001],
  ])('%s', (_name, pom, number) => {
    expect(spring({ 'pom.xml': pom })).toBe(number);
  });

  test('a module has the version of the project above it', () => {
    expect(spring({ 'app/pom.xml': '<project><parent><artifactId>all</artifactId><version>1.0</version></parent></project>', 'pom.xml': parent('3.0.2') })).toBe(60002);
    expect(spring({ 'app/pom.xml': '<project><parent><artifactId>all</artifactId><version>1.0</version><relativePath>../build/parent</relativePath></parent></project>', 'build/parent/pom.xml': parent('2.3.4.RELEASE') })).toBe(50206);
  });
});

describe('Gradle', () => {
  test.each([
    ['a plugin', { 'build.gradle': "plugins {\n  id 'java'\n  id 'org.springframework.boot' version '3.1.5'\n}" }, 60009],
    ['a plugin in Kotlin', { 'build.gradle.kts': 'plugins {\n  kotlin("jvm") version "2.0.0"\n  id("org.springframework.boot") version "3.3.4"\n}' }, 60112],
    ['a variable', { 'build.gradle': "buildscript { ext { springBootVersion = '2.0.3.RELEASE' }\n dependencies { classpath(\"org.springframework.boot:spring-boot-gradle-plugin:${springBootVersion}\") } }" }, 50004],
    ['a property', { 'build.gradle': 'plugins { id "org.springframework.boot" version "${bootVersion}" }', 'gradle.properties': 'bootVersion=3.2.0' }, 60101],
    ['an overriding property', { 'build.gradle': "plugins { id 'org.springframework.boot' version '2.6.1' }\next['spring-framework.version'] = '5.3.20'" }, 50320],
    ['a platform', { 'build.gradle.kts': 'dependencies { implementation(platform("org.springframework.boot:spring-boot-dependencies:2.7.18")) }' }, 50320],
    ['a version catalogue', { 'build.gradle.kts': 'plugins { alias(libs.plugins.spring.boot) }', 'gradle/libs.versions.toml': '[versions]\nkotlin = "2.0.0"\nspringBoot = "3.2.10"\n\n[plugins]\nspring-boot = { id = "org.springframework.boot", version.ref = "springBoot" }\n' }, 60112],
    ['settings', { 'build.gradle': "plugins { id 'org.springframework.boot' }", 'settings.gradle': "pluginManagement { plugins { id 'org.springframework.boot' version '3.5.3' } }" }, 60207],
    ['a dependency', { 'build.gradle': "dependencies { implementation 'org.springframework:spring-webmvc:4.3.30.RELEASE' }" }, 40330],
  ])('%s', (_name, files, number) => {
    expect(spring(files)).toBe(number);
  });
});

test('projects beside the framework', () => {
  const files = filesFrom({ 'pom.xml': `<project><parent><artifactId>spring-boot-starter-parent</artifactId><version>3.2.1</version></parent><properties><spring-cloud.version>2023.0.3</spring-cloud.version></properties><dependencies><dependency><artifactId>spring-cloud-dependencies</artifactId><version>\${spring-cloud.version}</version></dependency></dependencies></project>` });
  expect(managedVersion(files, FILE, 'spring-security')).toEqual({ number: 60200, text: 'Spring Security 6.2 (Spring Boot 3.2.1, pom.xml)', assumed: false });
  expect(managedVersion(files, FILE, 'spring-cloud-gateway')).toEqual({ number: 40100, text: 'Spring Cloud Gateway 4.1 (Spring Cloud 2023.0.3, pom.xml)', assumed: false });
});
