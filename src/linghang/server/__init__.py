"""What runs the product on one machine: the database server, the web server, the worker, backups."""
