/** Finds layers and paths by their text, and opens and closes all groups. Written for browsers as it stands: nothing is told by it alone. */
export const MAP_SCRIPT = `
const tools = document.querySelector('.tools');
if (tools !== null) {
  const field = tools.querySelector('input');
  const told = tools.querySelector('output');
  const items = [...document.querySelectorAll('[data-find]')].map((element) => ({ element, text: element.dataset.find.toLowerCase() }));
  const layers = document.querySelectorAll('.layers > [data-find]').length;
  const groups = [...document.querySelectorAll('details.group')];
  const show = () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    const fits = (text) => words.every((word) => text.includes(word));
    // A layer stays where one behind it is looked for: innermost first.
    for (const { element, text } of items.toReversed()) element.hidden = !fits(text) && element.querySelector('[data-find]:not([hidden])') === null;
    for (const group of document.querySelectorAll('.group')) group.hidden = group.querySelector('[data-find]:not([hidden])') === null;
    const left = document.querySelectorAll('.layers > [data-find]:not([hidden])').length;
    told.textContent = words.length === 0 ? '' : left + ' of ' + layers + ' layers fit';
  };
  field.addEventListener('input', show);
  for (const button of tools.querySelectorAll('button')) button.addEventListener('click', () => groups.forEach((group) => { group.open = button.value === 'open'; }));
  tools.hidden = false;
  show();
}
`;
