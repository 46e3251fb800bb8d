"""SG-CLDFF: training, measuring and converting the white blood cell model."""
