referat("w0","542201","#godkendt ##+ #regnskab %##")
