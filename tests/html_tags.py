"""What a page of HTML is made of, read by Python's own parser."""

import html.parser


class Tags(html.parser.HTMLParser):
    """Tags, addresses, handlers as (name, code) and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.handlers, self.text = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [v for k, v in attributes if k in ("src", "href", "xlink:href")]
        self.handlers += [(k, v) for k, v in attributes if k.startswith("on")]

    def handle_data(self, data):
        self.text.append(data)
