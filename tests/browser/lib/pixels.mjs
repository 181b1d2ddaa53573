// Compares two screenshots by the contrast between each point before and after; the browser itself reads the pictures.

/** Opens a tab that can compare pictures. */
export async function comparer(browser) {
  const tab = await browser.newPage();
  /** Counts the points whose colour before and after differ by at least `ratio` to 1, and the pictures' points in all. */
  const changed = (before, after, ratio) =>
    tab.evaluate(
      async ([before, after, ratio]) => {
        const read = async (base64) => {
          const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const pen = canvas.getContext("2d");
          pen.drawImage(bitmap, 0, 0);
          return pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
        };
        const light = Array.from({ length: 256 }, (_, i) => (i <= 10 ? i / 255 / 12.92 : ((i / 255 + 0.055) / 1.055) ** 2.4));
        const luminance = (data, i) => 0.2126 * light[data[i]] + 0.7152 * light[data[i + 1]] + 0.0722 * light[data[i + 2]];
        const [a, b] = [await read(before), await read(after)];
        let count = 0;
        for (let i = 0; i < Math.min(a.length, b.length); i += 4) {
          const [x, y] = [luminance(a, i) + 0.05, luminance(b, i) + 0.05];
          if (Math.max(x, y) / Math.min(x, y) >= ratio) count += 1;
        }
        return count;
      },
      [before.toString("base64"), after.toString("base64"), ratio],
    );
  return { changed, close: () => tab.close() };
}
