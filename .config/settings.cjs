// Node-RED settings of the demo: local only, its own user directory, nothing that asks or calls home.
const path = require('node:path');
const root = path.resolve(__dirname, '..');

module.exports = {
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.PORT ?? 1880),
  userDir: process.env.CITY_USER_DIR ?? path.join(root, '.node-red'),
  flowFile: 'flows.json',
  credentialSecret: 'demo',
  nodesDir: [],
  ui: { path: 'ui' },
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: {
    page: { title: 'City Events: the demo city' },
    header: { title: 'City Events: the demo city (SIMULATED)' },
    tours: false,
    projects: { enabled: false },
    codeEditor: { lib: 'monaco' },
  },
  logging: { console: { level: 'warn', metrics: false, audit: false } },
};
