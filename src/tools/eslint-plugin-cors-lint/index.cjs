module.exports = require('../../../dist/eslint.cjs');
