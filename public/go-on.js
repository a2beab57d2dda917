// Goes on where a page has nothing to ask; without scripts a button does the same.
document.getElementById('go-on')?.submit();
