// Counts the pixels of a picture (base64 of a PNG) that are neither white nor grey: what WebGL has painted.
async (png) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  let coloured = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const [red, green, blue] = pixels.subarray(i, i + 3);
    coloured += Math.max(red, green, blue) - Math.min(red, green, blue) > 60;
  }
  return coloured;
}
