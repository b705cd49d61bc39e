"""Pictures: values in, SVG by a template, PNG bytes out."""
