"""The store: inspections and metadata kept between runs."""
