"""What is printed on A4: values in, one self-contained HTML file out."""
