"""What changed, and what did it do to the plan?"""

from cxcase.screen.history import history_page

history_page.show()
