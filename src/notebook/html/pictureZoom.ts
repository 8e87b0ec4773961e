/** Style of pictures that can be zoomed, such as maps. */
export const zoomStyle = `
.zoom { overflow: hidden; width: fit-content; max-width: 100%; }
.zoom img { display: block; transform-origin: 0 0; cursor: zoom-in; }
`;

/**
 * Script that lets readers zoom pictures of a page down to single pixels, by double click or by
 * wheel with Ctrl, and move them.
 */
export const zoomScript = `
for (const frame of document.querySelectorAll(".zoom")) {
  const picture = frame.firstElementChild;
  let scale = 1, x = 0, y = 0;
  const show = () => {
    x = Math.min(0, Math.max(x, frame.clientWidth * (1 - scale)));
    y = Math.min(0, Math.max(y, frame.clientHeight * (1 - scale)));
    picture.style.transform = "translate(" + x + "px, " + y + "px) scale(" + scale + ")";
    picture.style.imageRendering = scale > 2 ? "pixelated" : "";
    picture.style.cursor = scale > 1 ? "grab" : "";
  };
  const zoom = (factor, event) => {
    const box = frame.getBoundingClientRect();
    const next = Math.min(32, Math.max(1, scale * factor));
    x += (event.clientX - box.left - x) * (1 - next / scale);
    y += (event.clientY - box.top - y) * (1 - next / scale);
    scale = next;
    show();
  };
  picture.title = "double-click: zoom in, with Shift: out; drag: move";
  frame.addEventListener("dblclick", (event) => zoom(event.shiftKey ? 0.5 : 2, event));
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), event);
  }, { passive: false });
  frame.addEventListener("pointermove", (event) => {
    if (event.buttons !== 1 || scale === 1) return;
    x += event.movementX;
    y += event.movementY;
    show();
  });
  frame.addEventListener("dragstart", (event) => event.preventDefault());
}
`;
