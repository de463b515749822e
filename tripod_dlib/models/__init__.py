"""Model families: one small file each, on one base class, with gin-named builders."""
