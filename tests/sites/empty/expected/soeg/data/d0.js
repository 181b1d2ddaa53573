referat("d0","4f53cd",[])
