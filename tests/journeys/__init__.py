"""Stories clicked through as people do it: in a browser, on a running portal, with its worker and real mail."""
