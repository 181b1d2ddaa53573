referat("w0","12ae32","")
