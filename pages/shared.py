"""What does the case come to? For whoever holds a read-only link."""

from cxcase.screen.readers import link_page

link_page.show()
