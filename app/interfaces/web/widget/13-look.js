// The colours that a site chooses: an accent whose text and whose own letters stay readable.
function hex(text) {
  const found = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text || "");
  if (!found) return null;
  const whole = found[1].length === 3 ? [...found[1]].map((one) => one + one).join("") : found[1];
  return [0, 2, 4].map((at) => parseInt(whole.slice(at, at + 2), 16));
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// the accent moved toward black or white until it can be read on the ground
function readable(rgb, ground) {
  const toward = luminance(ground) > 0.2 ? 0 : 255;
  for (let part = 0; part <= 1; part += 0.05) {
    const mixed = rgb.map((one) => Math.round(one + (toward - one) * part));
    if (contrast(mixed, ground) >= 4.6) return mixed;
  }
  return [toward, toward, toward];
}

function accentRules(text) {
  const rgb = hex(text);
  if (!rgb) return "";
  const written = (one) => `rgb(${one.join(" ")})`;
  // against the tint, the darkest ground of the light theme and the lightest of the dark one
  const [light, dark] = [readable(rgb, [226, 236, 234]), readable(rgb, [38, 50, 54])];
  const on = (one) => (contrast(one, [255, 255, 255]) >= 4.5 ? "#fff" : "#0b1517");
  return `:host{--lamina-accent:light-dark(${written(light)},${written(dark)});` +
    `--lamina-on-accent:light-dark(${on(light)},${on(dark)})}`;
}
