import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const typed = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/restrict-template-expressions': 'off',
  '@typescript-eslint/no-non-null-assertion': 'off',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  eqeqeq: ['error', 'always'],
};

export default tseslint.config(
  { ignores: ['dist/**', 'resources/**', 'node_modules/**', '.node-red/**', '.build/**', 'test/compat/node_modules/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './.config/tsconfig.editor.json'] } },
    rules: typed,
  },
  // the border to Node-RED's editor has no types worth the name
  {
    files: ['nodes/*/editor.ts', 'nodes/editor/**/*.ts', 'nodes/*/form/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-this-alias': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
    },
  },
  // pure code knows nothing of Node-RED; the routes of the rehearsal belong to no type of node and are its runtime
  {
    files: ['nodes/ecdm/**/*.ts', 'nodes/*/*/**/*.ts'],
    ignores: ['nodes/runtime/**', 'nodes/editor/**', 'nodes/rehearsal/serve/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['**/runtime/*'], message: 'pure code does not know Node-RED' }] }],
    },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { process: 'readonly', __dirname: 'readonly', module: 'readonly', require: 'readonly' } } },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', fetch: 'readonly' } } },
);
