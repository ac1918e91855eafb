/** Application files (`application.yml`, `application-prod.properties`, …) as frameworks of the JVM read them: profiles, relaxed names, placeholders, lists. */
export { ApplicationConfiguration, configurationFor, configurationIn, splitAtCommas, uniform, type Split } from './configuration.js';
export { environmentOfProfile, profileActive, profilesAccepted, type ActiveProfiles } from './profiles.js';
export { MICRONAUT, MICROPROFILE, sourcesInFile, SPRING, type Dialect, type SettingsSource } from './sources.js';
export { documentsOf, type SettingsDocument } from './documents.js';
export { editedSetting, isApplicationFile } from './edit.js';
export { settingsIn, under, type Setting } from './settings.js';
