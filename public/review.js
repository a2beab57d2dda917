/* Pictures of documents that can be made larger and turned. The page works without it. */
for (const picture of document.querySelectorAll('.picture')) {
  const frame = picture.querySelector('.picture-frame');
  const image = picture.querySelector('img');
  const zoom = picture.querySelector('[data-zoom]');
  const turn = picture.querySelector('[data-turn]');

  // Turning moves what is seen, not the room that it takes; a large one could not be scrolled to its ends.
  const makeRoom = () => {
    const isOnItsSide = Number(picture.dataset.turns) % 2 === 1 && picture.hasAttribute('data-large');
    const gap = (image.offsetWidth - image.offsetHeight) / 2;
    image.style.margin = isOnItsSide ? `${gap}px ${-gap}px` : '';
  };
  const resize = () => {
    const isLarge = picture.toggleAttribute('data-large');
    zoom.textContent = isLarge ? zoom.dataset.smaller : zoom.dataset.larger;
    makeRoom();
  };

  zoom.addEventListener('click', resize);
  image.addEventListener('click', resize);
  turn.addEventListener('click', () => {
    picture.dataset.turns = String((Number(picture.dataset.turns) + 1) % 4);
    makeRoom();
    frame.scrollTo(0, 0);
  });
  zoom.hidden = false;
  turn.hidden = false;
}
