referat("p0","12ae32","")
