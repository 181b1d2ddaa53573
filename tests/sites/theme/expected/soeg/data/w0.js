referat("w0","7da890","##241 %## #logoet ##+ #se ##+ #velkomst %##")
