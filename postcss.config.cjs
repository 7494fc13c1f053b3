/** Mantine's CSS helpers (light-dark, mixins) for the window's style sheets. */
module.exports = { plugins: { 'postcss-preset-mantine': {} } };
