// The picture with its most frequent colours alone, each pixel as the number of the nearest.
async ({ png, colours }) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counted = new Map();
  for (const pixel of pixels) counted.set(pixel, (counted.get(pixel) || 0) + 1);
  const byFrequency = [...counted.keys()].sort((a, b) => counted.get(b) - counted.get(a) || a - b);
  const parts = pixel => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const palette = byFrequency.slice(0, colours).map(parts);
  const distance = (one, other) => one.reduce((sum, part, i) => sum + (part - other[i]) ** 2, 0);
  const nearest = new Map(byFrequency.map(pixel => {
    const away = palette.map(colour => distance(colour, parts(pixel)));
    return [pixel, away.indexOf(Math.min(...away))];
  }));
  const numbers = Uint8Array.from(pixels, pixel => nearest.get(pixel));
  let text = "";
  for (let i = 0; i < numbers.length; i += 8192) text += String.fromCharCode(...numbers.subarray(i, i + 8192));
  return { width: image.width, height: image.height, palette: palette.flat(), numbers: btoa(text) };
}
